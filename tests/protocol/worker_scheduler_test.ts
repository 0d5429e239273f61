import {
  packSchedulerToWorker,
  packWorkerToScheduler,
  parseSchedulerToWorker,
  parseWorkerToScheduler,
} from "../../actors/protocol/worker_scheduler.ts";
import { assertArrives, assertNothingElse } from "./journey.ts";
import { flat, SCHEDULER_TO_WORKER, WORKER_TO_SCHEDULER } from "./samples.ts";

const UP = { pack: packWorkerToScheduler, parse: parseWorkerToScheduler };
const DOWN = { pack: packSchedulerToWorker, parse: parseSchedulerToWorker };

Deno.test("parseWorkerToScheduler() gives back every message that was packed", () => {
  assertArrives(UP, flat(WORKER_TO_SCHEDULER));
});

Deno.test("parseWorkerToScheduler() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(UP, flat(WORKER_TO_SCHEDULER), 3);
});

Deno.test("parseSchedulerToWorker() gives back every message that was packed", () => {
  assertArrives(DOWN, flat(SCHEDULER_TO_WORKER));
});

Deno.test("parseSchedulerToWorker() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(DOWN, flat(SCHEDULER_TO_WORKER), 4);
});
