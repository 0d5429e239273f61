import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Future } from "../../actors/client/future.ts";
import { failsWith } from "../support/codes.ts";
import { connected, failed, finished, impure, inc, settle } from "./fake_world.ts";

Deno.test("Future.result() gives the value that rode along, decoded anew at each call", async () => {
  const { client, session } = connected();
  const future = client.submit(() => ({ n: 1 }));
  session.receive([finished(future.key, { n: 1 })]);
  const [one, two] = [await future.result(), await future.result()];
  assertEquals(one, { n: 1 });
  assert(one !== two);
});

Deno.test("Future.result() waits for the scheduler's word when the task is pending", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const result = future.result();
  await settle();
  assertEquals(future.status, "pending");
  session.receive([finished(future.key, 2)]);
  assertEquals(await result, 2);
  assertEquals([future.status, future.done, future.type], ["finished", true, "number"]);
});

Deno.test("Future.result() rejects with the task's own error, its stack joined to the submitter's", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const error = new RangeError("too far", { cause: "wind" });
  error.stack = "RangeError: too far\n    at inc (worker.ts:1:1)";
  session.receive([failed(future.key, Object.assign(error, { miles: 3 }))]);
  const thrown = await future.result().then(() => undefined, (reason: unknown) => reason);
  assert(thrown instanceof RangeError);
  assertEquals([thrown.message, thrown.cause, Reflect.get(thrown, "miles")], ["too far", "wind", 3]);
  const lines = thrown.stack?.split("\n") ?? [];
  assertEquals(lines.slice(0, 3), ["RangeError: too far", "    at inc (worker.ts:1:1)", "    --- submitted at ---"]);
  assert(lines[3]?.includes("future_test.ts"), lines[3]);
});

Deno.test("Future.result() rejects with an error whose cause is what was thrown when that is no error", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  session.receive([failed(future.key, { code: 7 })]);
  const thrown = await future.exception();
  assert(thrown instanceof Error);
  assertEquals(thrown.cause, { code: 7 });
});

Deno.test("Future.exception() gives null when the task finished, what result() rejects with otherwise", async () => {
  const { client, session } = connected();
  const [good, bad] = [client.submit(inc, 1), client.submit(inc, 2)];
  const late = bad.exception();
  session.receive([finished(good.key, 2), failed(bad.key, new TypeError("no"))]);
  assertEquals(await good.exception(), null);
  assertEquals((await late)?.message, "no");
  assertEquals((await bad.exception())?.name, "TypeError");
});

Deno.test("Future.result() rejects with task/cancelled and task/lost, with the reason", async () => {
  const { client, session } = connected();
  const [a, b] = [client.submit(inc, 1), client.submit(inc, 2)];
  session.receive([
    { type: "cancelled", key: a.key, reason: "good enough" },
    { type: "lost", key: b.key, reason: "worker w1 is gone" },
  ]);
  assertEquals([a.status, b.status], ["cancelled", "lost"]);
  const cancelled = await failsWith("task/cancelled", () => a.result());
  assertEquals(cancelled.message, `Cannot get the result of task "${a.key}": it was cancelled: good enough`);
  assertEquals(cancelled.details, { key: a.key, reason: "good enough" });
  const lost = await failsWith("task/lost", () => b.result());
  assertEquals(lost.message, `Cannot get the result of task "${b.key}": it was lost: worker w1 is gone`);
});

Deno.test("Future that failed and that nobody reads is no unhandled rejection", async () => {
  const { client, session } = connected();
  const unhandled: unknown[] = [];
  const listen = (event: PromiseRejectionEvent) => unhandled.push(event.reason);
  addEventListener("unhandledrejection", listen);
  const future = client.submit(inc, 1);
  session.receive([failed(future.key, new Error("nobody cares"))]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  removeEventListener("unhandledrejection", listen);
  assertEquals(unhandled, []);
});

Deno.test("Future is not thenable: awaiting one gives it", async () => {
  const { client } = connected();
  const future = client.submit(inc, 1);
  assertStrictEquals(await Promise.resolve(future), future);
  assert(!("then" in future));
});

Deno.test("Deno.inspect() shows a future in one line by its status", () => {
  const { client, session } = connected();
  const [a, b] = [client.with({ key: "inc-034e3525" }).submit(inc, 1), client.with({ key: "bad-1" }).submit(inc, 2)];
  assertEquals(Deno.inspect(a), "<Future: pending, key: inc-034e3525>");
  session.receive([finished(a.key, 2), failed(b.key, new Error("x"))]);
  assertEquals(Deno.inspect(a), "<Future: finished, type: number, key: inc-034e3525>");
  assertEquals(Deno.inspect(b), "<Future: error, key: bad-1>");
  assertEquals(Deno.inspect([a]), "[ <Future: finished, type: number, key: inc-034e3525> ]");
  assertEquals(Object.prototype.toString.call(a), "[object Future]");
  Deno.inspect(Future.prototype);
});

Deno.test("Future.whenDone() calls back once, in a microtask of its own", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const seen: string[] = [];
  future.whenDone((one) => seen.push(`early ${one.status}`));
  const watch = future.whenDone(() => seen.push("taken back"));
  watch[Symbol.dispose]();
  session.receive([finished(future.key, 2)]);
  assertEquals(seen, []);
  future.whenDone((one) => seen.push(`late ${one.status}`));
  await settle();
  session.receive([{ type: "pending", key: future.key }, finished(future.key, 2)]);
  await settle();
  assertEquals(seen, ["early finished", "late finished"]);
});

Deno.test("Future.whenDone() can be taken back after the future is done, before the callback", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const seen: string[] = [];
  const watch = future.whenDone(() => seen.push("called"));
  session.receive([finished(future.key, 2)]);
  watch[Symbol.dispose]();
  await settle();
  assertEquals(seen, []);
});

Deno.test("Future.whenDone() reports what a callback throws as an uncaught error, and calls the others", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const seen: string[] = [];
  const listen = (event: ErrorEvent) => {
    event.preventDefault();
    seen.push(`uncaught ${event.message}`);
  };
  addEventListener("error", listen);
  future.whenDone(() => {
    throw new Error("oops");
  });
  future.whenDone(() => seen.push("second"));
  session.receive([finished(future.key, 2)]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  removeEventListener("error", listen);
  assertEquals(seen.length, 2);
  assert(seen.includes("second") && seen.some((one) => one.startsWith("uncaught") && one.includes("oops")));
});

Deno.test("Future.release() gives the claim up; later use throws future/released", async () => {
  const { client, world } = connected();
  const future = client.submit(inc, 1);
  await settle();
  future.release();
  future.release();
  await settle();
  assertEquals(world.said("release"), [{ type: "release", keys: [future.key] }]);
  for (const use of [() => future.result(), () => future.exception(), () => future.cancel(), () => future.retry()]) {
    await failsWith("future/released", use);
  }
  await failsWith("future/released", () => future.whenDone(() => {}));
  const error = await failsWith("future/released", () => client.submit(inc, future));
  assert(error.message.includes(future.key), error.message);
});

Deno.test("Future.release() rejects who waits, when it was the last claim", async () => {
  const { client } = connected();
  const future = client.submit(inc, 1);
  const result = future.result();
  await settle();
  future.release();
  await failsWith("future/released", () => result);
});

Deno.test("using releases a future at the end of its block", async () => {
  const { client, world } = connected();
  {
    using _future = client.submit(inc, 1);
    await settle();
  }
  await settle();
  assertEquals(world.said("release").length, 1);
});

Deno.test("many releases of one turn are one message", async () => {
  const { client, world } = connected();
  const futures = impure(client, 3);
  await settle();
  for (const future of futures) future.release();
  await settle();
  assertEquals(world.said("release"), [{ type: "release", keys: futures.map((future) => future.key) }]);
});

Deno.test("Future cannot be made by its constructor", () => {
  assertThrows(() => Reflect.construct(Future, []), TypeError);
});
