import { assertEquals } from "@std/assert";
import { systemBehaviour, systemConversation, type SystemRequest } from "../../actors/actor/system_request.ts";
import { failsWith } from "../support/codes.ts";

const REQUESTS: readonly SystemRequest[] = [
  { type: "find", name: "counter", isDeep: true },
  { type: "spawn", reference: { module: "file:///m.ts", export: "M" }, options: Uint8Array.of(1) },
];

Deno.test("systemConversation carries each request, and refuses anything else", async () => {
  for (const request of REQUESTS) assertEquals(systemConversation.parse(systemConversation.pack(request)), request);
  for (const data of [null, ["find"], ["find", 1, true], ["steal", "x"], ["spawn", "m", "e", {}]]) {
    await failsWith("wire/malformed", () => systemConversation.parse(data));
  }
});

Deno.test("systemBehaviour() asks the one who knows", async () => {
  const { receive } = systemBehaviour({
    find: (name, isDeep) => Promise.resolve(`found ${name} ${isDeep}`),
    spawnHere: (reference) => Promise.resolve(`spawned ${reference.export}`),
  });
  assertEquals(await Promise.all(REQUESTS.map((request) => receive(request, true))), [
    "found counter true",
    "spawned M",
  ]);
});
