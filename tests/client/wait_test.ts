import { assert, assertEquals } from "@std/assert";
import { wait } from "../../actors/client/wait.ts";
import { failsWith } from "../support/codes.ts";
import { connected, failed, finished, impure, inc, settle } from "./fake_world.ts";

Deno.test("wait() resolves when all are done; failures do not reject", async () => {
  const { client, session } = connected();
  const [a, b] = impure(client, 2);
  assert(a !== undefined && b !== undefined);
  const waited = wait([a, b]);
  await settle();
  session.receive([failed(a.key, new Error("x"))]);
  await settle();
  session.receive([{ type: "cancelled", key: b.key, reason: "" }]);
  assertEquals(await waited, { done: [a, b], notDone: [] });
});

Deno.test("wait() for the first resolves with those done and those not", async () => {
  const { client, session } = connected();
  const [a, b, c] = impure(client, 3);
  assert(a !== undefined && b !== undefined && c !== undefined);
  const waited = wait([a, b, c], { returnWhen: "first" });
  await settle();
  session.receive([finished(b.key, 1)]);
  assertEquals(await waited, { done: [b], notDone: [a, c] });
  assertEquals(await wait([a, b], { returnWhen: "first" }), { done: [b], notDone: [a] });
  assertEquals(await wait([]), { done: [], notDone: [] });
});

Deno.test("wait() out of time rejects; the tasks go on", async () => {
  const { client, world, session } = connected();
  const future = client.submit(inc, 1);
  const waited = wait([future], { timeoutMs: 100 });
  await settle();
  world.clock.advance(99);
  await settle();
  world.clock.advance(1);
  const error = await failsWith("wait/timeout", () => waited);
  assertEquals(error.message, "Cannot wait for futures: not done after 100 ms");
  session.receive([finished(future.key, 2)]);
  assertEquals(await future.result(), 2);
});

Deno.test("wait() refuses what is no list of futures, with a hint", async () => {
  const { client } = connected();
  const future = client.submit(inc, 1);
  const error = await failsWith("input/invalid", () => Reflect.apply(wait, undefined, [future, future]));
  assertEquals([error.message, error.hint], [
    "Cannot wait for futures: one future is no list",
    "Give the futures as one list: [a, b]",
  ]);
  await failsWith("input/invalid", () => Reflect.apply(wait, undefined, [[1]]));
  await failsWith("input/invalid", () => Reflect.apply(wait, undefined, [[future], { returnWhen: "some" }]));
  await failsWith("input/invalid", () => Reflect.apply(wait, undefined, [[future], { timeoutMs: -1 }]));
});
