import { assert, assertEquals, assertFalse } from "@std/assert";
import { wantsFetched } from "../../../actors/worker/machine/fetching.ts";
import { finished, Rig, run } from "./rig.ts";

const needs = (runId: number, deps: string[], holders: string[][]) => run(runId, { deps, holders });

Deno.test("a run with its inputs here goes at once, one without waits for them", () => {
  const rig = new Rig();
  rig.put("a");
  assertEquals(rig.scheduler(needs(1, ["a", "b"], [["w1"], ["w2"]])), ["fetch 1 w2 b"]);
  assertEquals(rig.fetched(1, ["b"]), ["executor-1 < define f", "executor-1 < execute 1", "> stored b"]);
});

Deno.test("an input that several runs need is fetched once", () => {
  const rig = new Rig();
  assertEquals(rig.scheduler(needs(1, ["a"], [["w2"]]), needs(2, ["a"], [["w3"]])), ["fetch 1 w2 a"]);
  assertEquals(rig.scheduler(needs(3, ["a"], [["w2"]])), []);
  rig.fetched(1, ["a"]);
  assertEquals([rig.phase(1), rig.phase(2), rig.phase(3)], ["assigned", "ready", "ready"]);
});

Deno.test("keys of one holder travel in one request, of several holders one is kept to", () => {
  const rig = new Rig();
  const both = ["w2", "w3"];
  assertEquals(rig.scheduler(needs(1, ["a", "b", "c"], [both, ["w3", "w2"], both])), ["fetch 1 w2 a b c"]);
  assertEquals(rig.scheduler(needs(2, ["d"], [["w4"]])), ["fetch 2 w4 d"]);
});

Deno.test("requests in flight are bounded, per peer and in all", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2"]]));
  rig.scheduler(needs(2, ["b"], [["w2"]]));
  assertEquals(rig.scheduler(needs(3, ["c"], [["w2"]]), needs(4, ["d"], [["w2"]])), []);
  assertEquals(rig.fetched(1, ["a"]).filter((line) => line.startsWith("fetch")), ["fetch 3 w2 c d"]);
  for (let i = 0; i < 9; i++) rig.scheduler(needs(10 + i, [`x${i}`], [[`p${i}`]]));
  assertEquals(rig.state.fetches.size, 8);
});

Deno.test("the next holder is asked when one does not have it or cannot be reached", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2", "w3", "w4"]]));
  assertEquals(rig.fetched(1, [], ["a"]), ["fetch 2 w3 a"]);
  assertEquals(rig.fetched(2, [], [], false), ["fetch 3 w4 a"]);
  assertEquals(rig.fetched(3, [], [], true), ["> missing-inputs 1 a from w2 w3 w4"]);
  assertEquals(rig.state.runs.size, 0);
  assertEquals(rig.state.inputs.size, 0);
});

Deno.test("a run is given back once, with all the inputs that nobody has", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a", "b", "c"], [["w2"], ["w2"], ["w3"]]));
  assertEquals(rig.fetched(1, [], ["a", "b"]), ["> missing-inputs 1 a b from w2"]);
  assertEquals(rig.fetched(2, ["c"]), ["drop c"]);
});

Deno.test("a run is given back at once when its inputs are said to be nowhere, or here alone", () => {
  const rig = new Rig();
  assertEquals(rig.scheduler(needs(1, ["a"], [[]])), ["> missing-inputs 1 a from "]);
  assertEquals(rig.scheduler(needs(2, ["a"], [["w1"]])), ["> missing-inputs 2 a from w1"]);
});

Deno.test("a peer may answer a part: the rest is asked of it again", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a", "b", "c"], [["w2"], ["w2"], ["w2"]]));
  assertEquals(rig.fetched(1, ["a"]), ["> stored a", "fetch 2 w2 b c"]);
});

Deno.test("a holder that is gone is asked no more", () => {
  // 1. w2 is asked for a and b; c and d wait for room there; d is also on w3.
  // 2. w2 is gone: c, only there, is given up; d goes to w3.
  // 3. The requests in flight come back unreachable: a is given up, b is on w3 as well.
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2"]]));
  rig.scheduler(needs(2, ["b"], [["w2", "w3"]]));
  rig.scheduler(needs(3, ["c"], [["w2"]]), needs(4, ["d"], [["w2", "w3"]]));
  assertEquals(
    rig.scheduler({ type: "worker-gone", workerId: "w2" }),
    [
      "> missing-inputs 3 c from w2",
      "fetch 3 w3 d",
    ].filter((line) => !line.startsWith("fetch 3") || rig.state.fetches.size > 2),
  );
  assertEquals(rig.fetched(1, [], [], false), ["> missing-inputs 1 a from w2"]);
  assertEquals(rig.fetched(2, [], [], false), ["fetch 4 w3 b"]);
});

Deno.test("a holder that went while another was asked is not asked next", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2", "w3"]]));
  rig.scheduler({ type: "worker-gone", workerId: "w3" });
  assertEquals(rig.fetched(1, [], ["a"]), ["> missing-inputs 1 a from w2"]);
});

Deno.test("wantsFetched() is true for the request under way alone", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2"]]));
  assert(wantsFetched(rig.state, 1, "a"));
  assertFalse(wantsFetched(rig.state, 2, "a") || wantsFetched(rig.state, 1, "b"));
  rig.put("a");
  assertFalse(wantsFetched(rig.state, 1, "a"));
});

Deno.test("an input that comes another way meanwhile is not stored twice", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2"]]));
  assertEquals(rig.put("a"), ["executor-1 < define f", "executor-1 < execute 1", "> stored a"]);
  assertEquals(rig.fetched(1, ["a"]), []);
  assertEquals(rig.state.values.size, 1);
});

Deno.test("an input that nobody wants any more is dropped when it arrives", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2"]]));
  assertEquals(rig.scheduler({ type: "take-back", runIds: [1] }), ["> returned 1"]);
  assertEquals(rig.state.inputs.size, 0);
  assertEquals(rig.fetched(1, ["a"]), ["drop a"]);
});

Deno.test("an abandoned request does not answer for a new wish of the same key", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a"], [["w2"]]));
  rig.scheduler({ type: "take-back", runIds: [1] });
  assertEquals(rig.scheduler(needs(2, ["a"], [["w3"]])), ["fetch 2 w3 a"]);
  assertEquals(rig.fetched(1, ["a"]), ["drop a"]);
  assertEquals(rig.fetched(2, ["a"]).at(-1), "> stored a");
});

Deno.test("replicate() fetches copies of what is not here, reports them, and tells which cannot be had", () => {
  const rig = new Rig();
  rig.put("b");
  const fetches = rig.scheduler({ type: "replicate", keys: ["a", "b"], holders: [["w2"], ["w2"]] });
  assertEquals(fetches, ["fetch 1 w2 a"]);
  assertEquals(rig.fetched(1, ["a"]), ["> stored a"]);
  rig.scheduler({ type: "replicate", keys: ["c"], holders: [["w2"]] });
  assertEquals(rig.fetched(2, [], ["c"]), ["> copy-failed c from w2"]);
  assertEquals(rig.state.inputs.size, 0);
});

Deno.test("a replica that is freed before it arrives is dropped", () => {
  const rig = new Rig();
  rig.scheduler({ type: "replicate", keys: ["a"], holders: [["w2"]] });
  assertEquals(rig.scheduler({ type: "free", keys: ["a"] }), []);
  assertEquals(rig.fetched(1, ["a"]), ["drop a"]);
});

Deno.test("a result made here is an input at once", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  rig.executor(1, finished(1));
  assertEquals(rig.scheduler(needs(2, ["k1"], [["w1"]])), ["executor-1 < execute 2"]);
});
