import { assertEquals } from "@std/assert";
import {
  type SystemAnswers,
  systemBehaviour,
  systemConversation,
  type SystemRequest,
} from "../../actors/actor/system_request.ts";
import { failsWith } from "../support/codes.ts";

const REQUESTS: readonly SystemRequest[] = [
  { type: "find", name: "counter", isDeep: true },
  { type: "spawn", classCode: Uint8Array.of(2), options: Uint8Array.of(1), parent: "" },
  { type: "restarted", name: "a", error: Uint8Array.of(3) },
  { type: "reach", contact: "tcp://h:1" },
  { type: "claim", name: "counter", claimer: "k3f9", isDeep: false },
  { type: "unclaim", name: "counter", claimer: "k3f9", isDeep: true },
  { type: "members", group: "g", isDeep: true },
  { type: "leave", group: "g", address: "local:///a#k3f9", isDeep: false },
  { type: "list" },
];

Deno.test("systemConversation carries each request, and refuses anything else", async () => {
  for (const request of REQUESTS) assertEquals(systemConversation.parse(systemConversation.pack(request)), request);
  for (const data of [null, ["find"], ["find", 1, true], ["steal", "x"], ["spawn", "m", {}], ["claim", "x", 1]]) {
    await failsWith("wire/malformed", () => systemConversation.parse(data));
  }
});

Deno.test("systemBehaviour() asks the one who knows", async () => {
  const told: string[] = [];
  const answer = ({ type }: SystemRequest) => [told.push(type)];
  const names = REQUESTS.map(({ type }) => type);
  const { receive } = systemBehaviour(
    Object.fromEntries(names.map((name) => [name, answer])) as unknown as SystemAnswers,
  );
  const replies = await Promise.all(REQUESTS.map((request) => receive(request, true)));
  assertEquals([told, replies], [names, names.map((_, index) => [index + 1])]);
});
