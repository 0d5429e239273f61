import { assert, assertEquals } from "@std/assert";
import { failsWith } from "../support/codes.ts";
import { connected, failed, finished, impure, inc, settle } from "./fake_world.ts";

Deno.test("Session.begin() registers first and resolves with the scheduler's welcome", async () => {
  const { world, session, client } = connected();
  assertEquals(world.batches[0], [{ type: "register-client", clientId: "client-1", name: "test", graceMs: 0 }]);
  assertEquals([session.status, client.address], ["running", "tcp://127.0.0.1:8786"]);
  await session.begin("again", 0);
});

Deno.test("Session keeps the process alive from the first wait to the end of the last", async () => {
  const { world, session, client } = connected();
  const [a, b] = [client.submit(inc, 1), client.submit(inc, 2)];
  await settle();
  assertEquals(world.keptAlive, []);
  const results = Promise.all([a.result(), b.result()]);
  await settle();
  assertEquals(world.keptAlive, [true]);
  session.receive([finished(a.key, 2)]);
  await settle();
  assertEquals(world.keptAlive, [true]);
  session.receive([finished(b.key, 3)]);
  assertEquals(await results, [2, 3]);
  assertEquals(world.keptAlive, [true, false]);
});

Deno.test("cancel() resolves with the scheduler's answer; the future is cancelled by its message", async () => {
  const { world, session, client } = connected();
  const future = client.submit(inc, 1);
  const cancelled = future.cancel({ reason: "late", force: true });
  await settle();
  const [message] = world.said("cancel");
  assertEquals([message?.keys, message?.force, message?.reason], [[future.key], true, "late"]);
  assertEquals(future.status, "pending");
  session.receive([
    { type: "cancelled", key: future.key, reason: "late" },
    { type: "done", ackId: message?.ackId ?? 0 },
  ]);
  await cancelled;
  assertEquals(future.status, "cancelled");
  await future.cancel();
  assertEquals(world.said("cancel").length, 1);
  assertEquals(world.said("release"), [{ type: "release", keys: [future.key] }]); // else the scheduler remembers it
  future.release();
  await settle();
  assertEquals(world.said("release").length, 1);
});

Deno.test("a task that somebody else cancelled may be submitted again", async () => {
  const { world, session, client } = connected();
  const old = client.submit(inc, 1);
  await settle();
  session.receive([{ type: "cancelled", key: old.key, reason: "" }]);
  const fresh = client.submit(inc, 1);
  await settle();
  assertEquals([old.status, fresh.status], ["cancelled", "pending"]);
  assertEquals(world.types().slice(1), [["release", "submit"]]);
});

Deno.test("a task whose result is lost may be submitted again", async () => {
  const { world, session, client } = connected();
  const old = client.submit(inc, 1);
  await settle();
  session.receive([{ type: "lost", key: old.key, reason: "" }]);
  const fresh = client.submit(inc, 1);
  old.release();
  await settle();
  session.receive([finished(old.key, 2)]);
  assertEquals([old.status, fresh.status, world.said("release").length], ["lost", "finished", 0]);
});

Deno.test("cancel() and submit() of one key in one turn: the old future is cancelled, the new one runs", async () => {
  // 1. cancel k, submit k again at once. 2. A finish of the old run is on its way. 3. The scheduler cancels, then runs anew.
  const { world, session, client } = connected();
  const old = client.submit(inc, 1);
  await settle();
  const cancelled = old.cancel();
  const fresh = client.submit(inc, 1);
  await settle();
  assertEquals(world.types().at(-1), ["cancel", "submit"]);
  const ackId = world.said("cancel")[0]?.ackId ?? 0;
  session.receive([finished(old.key, 2)]);
  assertEquals([old.status, fresh.status], ["finished", "pending"]);
  session.receive([{ type: "cancelled", key: old.key, reason: "" }, { type: "done", ackId }, finished(old.key, 2)]);
  await cancelled;
  assertEquals([old.status, fresh.status], ["cancelled", "finished"]);
  old.release();
  await settle();
  assertEquals(world.said("release"), []);
  fresh.release();
  await settle();
  assertEquals(world.said("release").length, 1);
});

Deno.test("cancel() of several clients' tasks takes a future, a list, and refuses the rest", async () => {
  const { client, world, session } = connected();
  const futures = impure(client, 2);
  const cancelled = client.cancel(futures);
  await settle();
  const [message] = world.said("cancel");
  assertEquals(message?.keys, futures.map((future) => future.key));
  session.receive([{ type: "done", ackId: message?.ackId ?? 0 }]);
  await cancelled;
  assertEquals(futures.map((future) => future.status), ["cancelled", "cancelled"]);
  await failsWith("input/invalid", () => Reflect.apply(client.cancel, client, [5]));
  await failsWith("input/invalid", () => Reflect.apply(client.cancel, client, [[5]]));
  await failsWith("input/invalid", () => Reflect.apply(client.cancel, client, [client.submit(inc, 1), { force: 1 }]));
  await client.cancel([]);
});

Deno.test("retry() runs a failed task again: the same future is pending, then finished", async () => {
  const { world, session, client } = connected();
  const future = client.submit(inc, 1);
  session.receive([failed(future.key, new Error("no"))]);
  const retried = future.retry();
  await settle();
  const [message] = world.said("retry");
  assertEquals(message?.keys, [future.key]);
  session.receive([{ type: "pending", key: future.key }, { type: "done", ackId: message?.ackId ?? 0 }]);
  await retried;
  assertEquals(future.status, "pending");
  session.receive([finished(future.key, 2)]);
  assertEquals(await future.result(), 2);
});

Deno.test("a request that is refused rejects with the scheduler's error", async () => {
  const { world, session, client } = connected();
  const future = client.submit(inc, 1);
  const retried = future.retry();
  await settle();
  const error = { text: "Error: no", value: "no" };
  session.receive([{ type: "refused", ackId: world.said("retry")[0]?.ackId ?? 0, error }]);
  const thrown = await retried.then(() => undefined, (reason: unknown) => reason);
  assert(thrown instanceof Error && thrown.message === "Error: no");
});

Deno.test("close() rejects what is pending with client/closed, ends the connection once, and may be called twice", async () => {
  const { world, client } = connected();
  const future = client.submit(inc, 1);
  const [result, cancel] = [future.result(), future.cancel()];
  await settle();
  const closing = client.close();
  assertEquals(client.status, "closing");
  await Promise.all([closing, client.close()]);
  await failsWith("client/closed", () => result);
  await failsWith("client/closed", () => cancel);
  await failsWith("client/closed", () => future.result());
  await failsWith("client/closed", () => client.schedulerInfo());
  await client.close();
  assertEquals([client.status, world.disconnectCount], ["closed", 1]);
  assertEquals(world.types().at(-1), ["unregister-client"]);
  assertEquals(world.keptAlive.at(-1), false);
});

Deno.test("connectionLost() loses what is pending and closes the client", async () => {
  const { session, client } = connected();
  const [pending, done] = [client.submit(inc, 1), client.submit(inc, 2)];
  session.receive([finished(done.key, 3)]);
  const result = pending.result();
  await settle();
  session.connectionLost("reset by peer");
  session.connectionLost("again");
  const error = await failsWith("task/lost", () => result);
  assertEquals(Reflect.get(Object(error.cause), "code"), "link/down");
  assertEquals([pending.status, client.status], ["lost", "closed"]);
  assertEquals(await done.result(), 3);
  await failsWith("client/closed", () => client.submit(inc, 3));
  await client.close();
});

Deno.test("the scheduler's stop ends the session with its reason", async () => {
  const { session, client } = connected();
  const future = client.submit(inc, 1);
  session.receive([{ type: "closing", reason: "idle" }]);
  await failsWith("task/lost", () => future.result());
  assertEquals(client.status, "closed");
});

Deno.test("what tasks print is shown as they printed it", () => {
  const { world, session } = connected();
  session.receive([
    { type: "printed", key: "k", stream: "out", text: "a\n" },
    { type: "printed", key: "k", stream: "err", text: "b" },
  ]);
  assertEquals(world.printed, ["out: a\n", "err: b"]);
});

Deno.test("what the scheduler says of released keys changes nothing", async () => {
  const { session, client } = connected();
  const future = client.submit(inc, 1);
  future.release();
  await settle();
  session.receive([finished(future.key, 2), failed("nobody's", new Error("x"))]);
  assertEquals(future.status, "pending");
});
