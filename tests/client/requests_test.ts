import { assertEquals } from "@std/assert";
import { Requests } from "../../actors/client/requests.ts";
import { failsWith } from "../support/codes.ts";
import { troupeError } from "../../actors/base/errors.ts";

Deno.test("Requests gives each its own answer, in any order; unasked ones change nothing", async () => {
  const requests = new Requests();
  const ids: number[] = [];
  const asked = [1, 2, 3].map(() => requests.ask((id) => ids.push(id)));
  const [a = 0, b = 0, c = 0] = ids;
  requests.answer({ type: "done", ackId: 99 });
  requests.refuse(98, new Error("nobody"));
  requests.answer({ type: "answer", ackId: b, value: "B" });
  requests.refuse(c, troupeError("task/no-worker", "Cannot do it"));
  requests.answer({ type: "done", ackId: a });
  requests.answer({ type: "answer", ackId: a, value: "too late" });
  assertEquals(await asked[0], { type: "done", ackId: a });
  assertEquals(await asked[1], { type: "answer", ackId: b, value: "B" });
  await failsWith("task/no-worker", () => asked[2]);
});

Deno.test("Requests.end() rejects what is open and what is asked later", async () => {
  const requests = new Requests();
  const open = requests.ask(() => {});
  requests.end(troupeError("client/closed", "Cannot wait"));
  await failsWith("client/closed", () => open);
  await failsWith("client/closed", () => requests.ask(() => {}));
});
