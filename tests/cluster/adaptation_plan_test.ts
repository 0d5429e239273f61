import { assertEquals } from "@std/assert";
import { adapt, type AdaptationState, SHRINK_LOOKS } from "../../actors/cluster/adaptation_plan.ts";
import type { ClusterLoad, WorkerLoad } from "../../actors/cluster/load.ts";

const STATE: AdaptationState = { minimum: 0, maximum: 4, threadsPerWorker: 2, shrinkCount: 0 };

function load(ready: number, workers: readonly WorkerLoad[] = []): ClusterLoad {
  return { ready, tasks: ready, workers };
}

function idle(name: string, held = 0): WorkerLoad {
  return { name, isIdle: true, held };
}

Deno.test("adapt() asks for one executor per ready task, within minimum and maximum, at once", () => {
  const grown = (ready: number, state = STATE) => adapt(state, load(ready), ["w0"])[1];
  assertEquals(grown(2), undefined);
  assertEquals(grown(3), { type: "grow", workers: 2 });
  assertEquals(grown(1_000), { type: "grow", workers: 4 });
  assertEquals(grown(0, { ...STATE, minimum: 3 }), { type: "grow", workers: 3 });
});

Deno.test("adapt() dismisses the youngest only after three looks in a row", () => {
  let state = STATE;
  const crew = ["w0", "w1", "w2"];
  const effects = Array.from({ length: SHRINK_LOOKS }, () => {
    const [next, effect] = adapt(state, load(2, crew.map((name) => idle(name))), crew);
    state = next;
    return effect;
  });
  assertEquals(effects, [undefined, undefined, { type: "dismiss", names: ["w2", "w1"] }]);
  assertEquals(state.shrinkCount, 0);
});

Deno.test("adapt() begins to count anew when work comes in between", () => {
  const crew = ["w0", "w1"];
  const workers = crew.map((name) => idle(name));
  let [state] = adapt(STATE, load(0, workers), crew);
  [state] = adapt(state, load(0, workers), crew);
  [state] = adapt(state, load(4, workers), crew);
  assertEquals(state.shrinkCount, 0);
});

Deno.test("adapt() keeps workers that run something, and dismisses those that hold nothing first", () => {
  const crew = ["w0", "w1", "w2", "w3"];
  const workers = [idle("w0"), idle("w1", 1), { name: "w2", isIdle: false, held: 0 }, idle("w3", 5)];
  const patient = { ...STATE, shrinkCount: SHRINK_LOOKS - 1 };
  assertEquals(adapt(patient, load(0, workers), crew)[1], { type: "dismiss", names: ["w0", "w3", "w1"] });
  const busy = workers.slice(2, 3);
  assertEquals(adapt(patient, load(0, busy), crew), [{ ...patient, shrinkCount: SHRINK_LOOKS }, undefined]);
});

Deno.test("adapt() keeps the last worker while anybody holds results: they need a place", () => {
  const crew = ["w0", "w1"];
  const patient = { ...STATE, shrinkCount: SHRINK_LOOKS - 1 };
  const names = (...workers: WorkerLoad[]) => adapt(patient, load(0, workers), crew)[1];
  assertEquals(names(idle("w0", 1), idle("w1")), { type: "dismiss", names: ["w1"] });
  assertEquals(names(idle("w0", 1), idle("w1", 1)), { type: "dismiss", names: ["w1"] });
  assertEquals(names(idle("w0"), idle("w1")), { type: "dismiss", names: ["w1", "w0"] });
});
