import { assertEquals } from "@std/assert";
import {
  clientInbox,
  executorInbox,
  schedulerInbox,
  type SchedulerMail,
  workerInbox,
  type WorkerMail,
} from "../../actors/protocol/inboxes.ts";
import { failsWith } from "../support/codes.ts";
import { assertArrives, assertNothingElse } from "./journey.ts";
import {
  CLIENT_TO_SCHEDULER,
  DEATHS,
  EXECUTOR_TO_WORKER,
  flat,
  SCHEDULER_TO_CLIENT,
  SCHEDULER_TO_WORKER,
  STORE_REPLIES,
  STORE_REQUESTS,
  WORKER_TO_EXECUTOR,
  WORKER_TO_SCHEDULER,
} from "./samples.ts";

const TO_SCHEDULER: readonly SchedulerMail[] = [
  { type: "from-client", clientId: "c", messages: flat(CLIENT_TO_SCHEDULER) },
  { type: "from-client", clientId: "c", messages: [] },
  { type: "from-worker", workerId: "w", messages: flat(WORKER_TO_SCHEDULER) },
  ...DEATHS.map((death) => ({ type: "worker-died", workerId: "w", death } as const)),
];
const TO_WORKER: readonly WorkerMail[] = [
  { type: "from-scheduler", messages: flat(SCHEDULER_TO_WORKER) },
  { type: "from-executor", executorId: "executor-1", messages: flat(EXECUTOR_TO_WORKER) },
  ...flat(STORE_REQUESTS).map((request) => ({ type: "store", request } as const)),
];

Deno.test("schedulerInbox gives back every mail, and refuses changed ones", () => {
  assertArrives(schedulerInbox, TO_SCHEDULER);
  assertNothingElse(schedulerInbox, TO_SCHEDULER, 11);
});

Deno.test("workerInbox gives back every mail and reply, and refuses changed ones", () => {
  assertArrives(workerInbox, TO_WORKER);
  assertNothingElse(workerInbox, TO_WORKER, 12);
  assertArrives({ pack: workerInbox.packReply, parse: workerInbox.parseReply }, flat(STORE_REPLIES));
});

Deno.test("clientInbox and executorInbox give back every batch, and refuse changed ones", () => {
  const toClient = [flat(SCHEDULER_TO_CLIENT), []];
  assertArrives(clientInbox, toClient);
  assertNothingElse(clientInbox, toClient, 13);
  const toExecutor = [flat(WORKER_TO_EXECUTOR), []];
  assertArrives(executorInbox, toExecutor);
  assertNothingElse(executorInbox, toExecutor, 14);
});

Deno.test("inboxes without replies refuse an answer", async () => {
  for (const inbox of [schedulerInbox, clientInbox, executorInbox]) {
    assertEquals(inbox.packReply(undefined as never), undefined);
    await failsWith("wire/malformed", () => inbox.parseReply(undefined));
  }
});
