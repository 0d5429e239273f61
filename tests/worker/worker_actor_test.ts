import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { StoreReply } from "../../actors/protocol/worker_peer.ts";
import { item, WorkerRig } from "./worker_rig.ts";

const inc = (x: number): number => x + 1;
const hang = (): Promise<never> => new Promise(() => {});

function values(...found: ReturnType<typeof item>[]): StoreReply {
  return { type: "values", found, missing: [] };
}

Deno.test("WorkerActor runs what it is told, keeps the result, and tells it", async () => {
  await using rig = await WorkerRig.start();
  const runId = rig.run(inc, { args: [1] });
  const { durationMs, ...rest } = await rig.next("finished", runId);
  assertEquals(rest, { type: "finished", runId, bytes: 16, valueType: "number", hasValue: true, value: 2 });
  assert(durationMs >= 0);
  assertEquals(await rig.get("k1", "x"), { type: "values", found: [item("k1", 2)], missing: ["x"] });
  rig.tell({ type: "free", keys: ["k1"] });
  assertEquals(await rig.get("k1"), { type: "values", found: [], missing: ["k1"] });
});

Deno.test("WorkerActor keeps a big result without sending it along", async () => {
  await using rig = await WorkerRig.start();
  const runId = rig.run(() => new Uint8Array(100_000));
  const { hasValue, value, bytes } = await rig.next("finished", runId);
  assertEquals([hasValue, value, bytes > 100_000], [false, undefined, true]);
  const reply = await rig.get("k1");
  assertEquals(reply.type === "values" && reply.found[0]?.bytes, bytes);
});

Deno.test("WorkerActor hands a run the inputs from its own store", async () => {
  await using rig = await WorkerRig.start();
  assertEquals(await rig.put(item("a", 41)), { type: "kept" });
  assertEquals(await rig.next("stored"), { type: "stored", key: "a", bytes: 16, valueType: "number" });
  const runId = rig.run(inc, { args: [[0]], deps: ["a"], holders: [[]] });
  assertEquals((await rig.next("finished", runId)).value, 42);
});

Deno.test("WorkerActor fetches an input from the worker that has it, once for two runs", async () => {
  await using rig = await WorkerRig.start();
  const asked: string[] = [];
  const bob = await rig.peer("bob", (keys) => {
    asked.push(...keys);
    return values(item("a", 41));
  });
  const runs = [1, 2].map(() => rig.run(inc, { args: [[0]], deps: ["a"], holders: [[bob]] }));
  for (const runId of runs) assertEquals((await rig.next("finished", runId)).value, 42);
  assertEquals([asked, rig.said.filter((m) => m.type === "stored").length], [["a"], 1]);
});

Deno.test("WorkerActor gives a run back whose inputs nobody has, whether they say so, fail or are gone", async () => {
  await using rig = await WorkerRig.start();
  const bob = await rig.peer("bob", (keys) => ({ type: "values", found: [], missing: keys }));
  const carol = await rig.peer("carol", () => Promise.reject(new Error("broken store")));
  const gone = rig.core.ref(rig.core.addressOf("dave"), rig.worker.ref.conversation).id;
  const runId = rig.run(inc, { args: [[0]], deps: ["a"], holders: [[bob, carol, gone]] });
  const { keys, from } = await rig.next("missing-inputs", runId);
  assertEquals([keys, [...from].sort()], [["a"], [bob, carol, gone].sort()]);
});

Deno.test("WorkerActor does not keep a fetched value that nobody wants any more", async () => {
  await using rig = await WorkerRig.start();
  const reply = Promise.withResolvers<StoreReply>();
  const asked = Promise.withResolvers<void>();
  const bob = await rig.peer("bob", () => {
    asked.resolve();
    return reply.promise;
  });
  const runId = rig.run(inc, { args: [[0]], deps: ["a"], holders: [[bob]] });
  await asked.promise;
  rig.tell({ type: "cancel-run", runId, reason: "", graceMs: 100 });
  await rig.next("stopped", runId);
  await rig.put(item("a", 7));
  reply.resolve(values(item("a", 41)));
  await rig.turns();
  assertEquals(await rig.get("a"), values(item("a", 7)));
});

Deno.test("WorkerActor does not keep the result of a run that was cancelled", async () => {
  await using rig = await WorkerRig.start();
  const late = () => new Promise<number>((resolve) => setTimeout(resolve, 5, 41));
  const runId = rig.run(late, { announce: true });
  await rig.next("started", runId);
  await rig.turns();
  rig.tell({ type: "cancel-run", runId, reason: "", graceMs: 1_000 });
  await rig.next("stopped", runId);
  assertEquals(await rig.get("k1"), { type: "values", found: [], missing: ["k1"] });
});

Deno.test("WorkerActor gives back what has not begun, and answers also when that is nothing", async () => {
  await using rig = await WorkerRig.start();
  const busy = rig.run(hang, { announce: true });
  await rig.next("started", busy);
  const queued = rig.run(inc, { args: [1] });
  rig.tell({ type: "take-back", runIds: [busy, queued] });
  assertEquals(await rig.next("returned"), { type: "returned", runIds: [queued] });
  rig.tell({ type: "take-back", runIds: [busy] });
  await rig.turns();
  assertEquals(rig.said.filter((m) => m.type === "returned").flatMap((m) => m.runIds), [queued]);
});

Deno.test("WorkerActor replaces the executor of a run that ignores its cancellation; what waited runs once", async () => {
  await using rig = await WorkerRig.start();
  const counter = `ran_${crypto.randomUUID().replaceAll("-", "")}`;
  const count = (name: string) => {
    Reflect.set(globalThis, name, (Reflect.get(globalThis, name) ?? 0) + 1);
    return Reflect.get(globalThis, name);
  };
  const stuck = rig.run(hang, { announce: true });
  await rig.next("started", stuck);
  await rig.turns();
  const waiting = rig.run(count, { args: [counter] });
  rig.tell({ type: "cancel-run", runId: stuck, reason: "", graceMs: 100 });
  await rig.turns();
  assertEquals(rig.said.filter((m) => m.type === "stopped"), []);
  rig.clock.advance(100);
  await rig.next("stopped", stuck);
  assertEquals((await rig.next("finished", waiting)).value, 1);
  await rig.turns();
  assertEquals(Reflect.get(globalThis, counter), 1);
  Reflect.deleteProperty(globalThis, counter);
});

Deno.test("WorkerActor reports about once per heartbeat, with what is in hand", async () => {
  await using rig = await WorkerRig.start();
  const runId = rig.run(hang, { announce: true });
  await rig.next("started", runId);
  rig.clock.advance(1_000);
  const { runIds, rssBytes } = await rig.next("heartbeat");
  assertEquals(runIds, [runId]);
  assert(rssBytes > 1e6);
});

Deno.test("WorkerActor asks to be stopped when the scheduler says so, or is gone", async () => {
  await using told = await WorkerRig.start();
  told.tell({ type: "stop-worker", reason: "the scheduler stops" });
  await told.turns();
  assertEquals(told.stops, ["the scheduler stops"]);
  await using left = await WorkerRig.start();
  await left.scheduler.kill();
  await left.turns();
  assertEquals(left.stops, ["the connection to the scheduler is gone"]);
});

Deno.test("WorkerActor says goodbye when it is stopped, and takes its executors along", async () => {
  await using rig = await WorkerRig.start({ threads: 2 });
  await rig.next("finished", rig.run(inc, { args: [1] }));
  await rig.worker.ref.stop();
  assertEquals((await rig.next("leaving")).type, "leaving");
  assertEquals([rig.core.actors.map(({ name }) => name), rig.stops], [["scheduler"], []]);
  assertEquals(rig.clock.waitingCount, 0);
});

Deno.test("WorkerActor tells that a task threw, or asked to be placed again", async () => {
  await using rig = await WorkerRig.start();
  const again = () => {
    throw Object.assign(new Error("again"), { name: "Reschedule" });
  };
  await rig.next("rescheduled", rig.run(again));
  const boom = rig.run(() => {
    throw new RangeError("far");
  });
  assertStringIncludes((await rig.next("failed", boom)).error.text, "RangeError: far");
});
