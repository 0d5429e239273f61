import {
  packExecutorToWorker,
  packWorkerToExecutor,
  parseExecutorToWorker,
  parseWorkerToExecutor,
} from "../../actors/protocol/worker_executor.ts";
import { assertArrives, assertNothingElse } from "./journey.ts";
import { EXECUTOR_TO_WORKER, flat, WORKER_TO_EXECUTOR } from "./samples.ts";

const UP = { pack: packExecutorToWorker, parse: parseExecutorToWorker };
const DOWN = { pack: packWorkerToExecutor, parse: parseWorkerToExecutor };

Deno.test("parseExecutorToWorker() gives back every message that was packed", () => {
  assertArrives(UP, flat(EXECUTOR_TO_WORKER));
});

Deno.test("parseExecutorToWorker() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(UP, flat(EXECUTOR_TO_WORKER), 5);
});

Deno.test("parseWorkerToExecutor() gives back every message that was packed", () => {
  assertArrives(DOWN, flat(WORKER_TO_EXECUTOR));
});

Deno.test("parseWorkerToExecutor() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(DOWN, flat(WORKER_TO_EXECUTOR), 6);
});
