import { assertEquals } from "@std/assert";
import type { ExecutorToWorker } from "../../../actors/protocol/worker_executor.ts";
import type { RunMessage } from "../../../actors/protocol/worker_scheduler.ts";
import { finished, Rig, run } from "./rig.ts";

/** Makes an actor `k<runId>`; what the machine does about it. */
function make(rig: Rig, runId: number): string[] {
  return rig.scheduler(run(runId, { actor: { type: "make", isReentrant: false } }));
}

function call(runId: number, actor: string, changes: Partial<RunMessage> = {}, caller = "c1"): RunMessage {
  return run(runId, { actor: { type: "call", actor, caller, name: undefined }, ...changes });
}

function ready(rig: Rig, number: number): string[] {
  return rig.step({ type: "executor-ready", atMs: rig.nowMs, executorId: `executor-${number}` });
}

/** A rig with an actor `k1` in executor 2, the first of those for actors. */
function withActor(): Rig {
  const rig = new Rig();
  make(rig, 1);
  ready(rig, 2);
  rig.executor(2, finished(1));
  return rig;
}

Deno.test("an actor gets an executor of its own, started for it, and tasks keep theirs", () => {
  const rig = new Rig();
  assertEquals(make(rig, 1), ["start executor-2"]);
  assertEquals(rig.scheduler(run(2)), ["executor-1 < define f", "executor-1 < execute 2"]);
  assertEquals(ready(rig, 2), ["executor-2 < define f", "executor-2 < execute 1"]);
  assertEquals(rig.executor(2, finished(1)), ["> finished 1 with value"]);
  assertEquals(rig.scheduler(run(3)), []); // the executor for actors idles, but not for tasks
});

Deno.test("actors share executors when there are as many as for tasks", () => {
  const rig = new Rig({ threads: 2 });
  make(rig, 1);
  make(rig, 2);
  ready(rig, 3);
  ready(rig, 4);
  assertEquals(make(rig, 3), ["executor-3 < execute 3"]);
  rig.executor(3, finished(1), finished(3));
  rig.scheduler({ type: "free", keys: ["k1", "k3"] });
  rig.executor(3, { type: "actor-ended", key: "k1", reason: "" }, { type: "actor-ended", key: "k3", reason: "" });
  assertEquals(make(rig, 4), ["executor-3 < execute 4"]); // the emptiest
});

Deno.test("calls are handed out at once, whatever the actor is at", () => {
  const rig = withActor();
  assertEquals(rig.scheduler(call(2, "k1"), call(3, "k1")), ["executor-2 < execute 2", "executor-2 < execute 3"]);
  assertEquals(rig.executor(2, finished(2)), ["> finished 2 with value"]);
});

Deno.test("a call that waits for an input holds back its caller's, not those of others", () => {
  const rig = withActor();
  const told = rig.scheduler(
    call(2, "k1", { deps: ["x"], holders: [["w2"]] }),
    call(3, "k1"),
    call(4, "k1", {}, "c2"),
  );
  assertEquals(told, ["executor-2 < execute 4", "fetch 1 w2 x"]);
  assertEquals(rig.fetched(1, ["x"]), ["executor-2 < execute 2", "executor-2 < execute 3", "> stored x"]);
});

Deno.test("a call whose input is not to be had is given back, with those behind it", () => {
  const rig = withActor();
  rig.scheduler(call(2, "k1", { deps: ["x"], holders: [["w2"]] }), call(3, "k1"), call(4, "k1", {}, "c2"));
  assertEquals(rig.fetched(1, [], ["x"]), ["> missing-inputs 2 x from w2", "> returned 3"]);
  assertEquals(rig.scheduler(call(5, "k1")), ["executor-2 < execute 5"]);
});

Deno.test("a cancelled call that waits for an input lets the next one go", () => {
  const rig = withActor();
  rig.scheduler(call(2, "k1", { deps: ["x"], holders: [["w2"]] }), call(3, "k1"));
  const told = rig.scheduler({ type: "cancel-run", runId: 2, reason: "", graceMs: 10 });
  assertEquals(told, ["executor-2 < execute 3", "> stopped 2"]);
});

Deno.test("a call that ignores its cancellation does not cost the executor", () => {
  const rig = withActor();
  rig.scheduler(call(2, "k1"));
  rig.executor(2, { type: "started", runIds: [2] });
  assertEquals(rig.scheduler({ type: "cancel-run", runId: 2, reason: "no", graceMs: 10 }), [
    "executor-2 < cancel 2 no",
  ]);
  assertEquals(rig.woken(1_000).filter((line) => line.startsWith("end ")), []);
});

Deno.test("a freed actor is told to end, and its end is told", () => {
  const rig = withActor();
  assertEquals(rig.scheduler({ type: "free", keys: ["k1"] }), ["executor-2 < end-actor k1", "drop k1"]);
  assertEquals(rig.executor(2, { type: "actor-ended", key: "k1", reason: "" }), ["> actor-ended k1"]);
  assertEquals(rig.scheduler(call(9, "k1")), ["> returned 9"]);
});

Deno.test("when an executor dies, begun calls are told, others given back, and the actors are gone", () => {
  const rig = withActor();
  rig.scheduler(
    call(2, "k1"),
    call(3, "k1"),
    call(4, "k1", { deps: ["x"], holders: [["w2"]] }),
  );
  assertEquals(rig.died(2, [2], "ran out of memory"), [
    "> actor-ended k1: ran out of memory",
    "> returned 4",
    "> died 2 started: ran out of memory",
    "> returned 3",
    "drop k1",
  ]);
  assertEquals(make(rig, 5), ["start executor-3"]);
});

Deno.test("an actor whose executor dies before it is made is made in another; one that cannot start is told of", () => {
  const rig = new Rig();
  make(rig, 1);
  ready(rig, 2);
  assertEquals(rig.died(2, []), ["start executor-3"]);
  assertEquals(rig.died(3, []), ["> died 1 started: exited with code 7"]);
});

Deno.test("an actor that could not be made lives nowhere", () => {
  const rig = new Rig();
  make(rig, 1);
  ready(rig, 2);
  const error = { text: "RangeError: no", value: undefined };
  rig.executor(2, { type: "failed", runId: 1, error, durationMs: 1, retriable: true });
  assertEquals(rig.scheduler(call(2, "k1")), ["> returned 2"]);
  assertEquals(rig.state.homes.size, 0);
});

Deno.test("an actor that was cancelled while it was made ends", () => {
  const rig = new Rig();
  make(rig, 1);
  ready(rig, 2);
  rig.executor(2, { type: "started", runIds: [1] });
  rig.scheduler({ type: "cancel-run", runId: 1, reason: "", graceMs: 10 });
  assertEquals(rig.executor(2, finished(1)), ["executor-2 < end-actor k1", "> stopped 1", "drop k1"]);
  assertEquals(rig.executor(2, { type: "actor-ended", key: "k1", reason: "" }), ["> actor-ended k1"]);
});

Deno.test("a restart ends the executors of actors, too", () => {
  const rig = withActor();
  const told = rig.scheduler({ type: "restart-worker", reason: "of a restart" });
  assertEquals(told.filter((line) => line.startsWith("end ")).length, 2);
});

Deno.test("an actor that ends by itself is told with its reason, and calls that it did not get are given back", () => {
  const rig = withActor();
  rig.scheduler(call(2, "k1", { deps: ["x"], holders: [["w2"]] }));
  const told = rig.executor(2, { type: "actor-ended", key: "k1", reason: "ended it after a failure: boom" });
  assertEquals(told, ["> actor-ended k1: ended it after a failure: boom", "> returned 2", "drop k1"]);
});

Deno.test("a stream of an actor is left when nobody wants it any more, also when its call was cancelled meanwhile", () => {
  const rig = withActor();
  rig.scheduler(call(2, "k1"), call(3, "k1"));
  const opened = (runId: number) =>
    ({ ...finished(runId), type: "finished", valueType: "ActorStream" }) as ExecutorToWorker;
  rig.executor(2, opened(2));
  assertEquals(rig.scheduler({ type: "free", keys: ["k2"] }), ["executor-2 < end-actor k2", "drop k2"]);
  rig.scheduler({ type: "cancel-run", runId: 3, reason: "", graceMs: 10 });
  const told = rig.executor(2, opened(3));
  assertEquals(told, ["executor-2 < end-actor k3", "> stopped 3", "drop k3"]);
});
