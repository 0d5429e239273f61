/** Starts a scheduler in a system. @module */
import { publicAddress } from "../actor/actor_address.ts";
import { makeWireError } from "../actor/error_data.ts";
import type { Ref } from "../actor/ref.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { SCHEDULER_ACTOR, schedulerInbox, type SchedulerMail } from "../protocol/inboxes.ts";
import { SchedulerActor } from "./scheduler_actor.ts";

/** Options of {@linkcode startScheduler}. */
export interface StartSchedulerOptions {
  /** How long a task may wait while no worker fits its restrictions. Default: 300,000. */
  readonly noWorkerTimeoutMs?: number | undefined;
  /** Its web page, if it has one. */
  readonly dashboardUrl?: string | undefined;
  /** A client asked to stop scheduler and workers. */
  readonly onShutDown: (reason: string) => void;
  /** A line for the log. */
  readonly onLog: (text: string) => void;
}

/** How often workers report. */
const HEARTBEAT_MS = 1_000;
/** Longest wait for a fitting worker, unless told otherwise. */
const NO_WORKER_TIMEOUT_MS = 300_000;

/** Starts a scheduler; the system may listen already, so that its address is known. */
export function startScheduler(core: SystemCore, options: StartSchedulerOptions): Promise<Ref<SchedulerMail>> {
  const { clock, limits } = core.world;
  return core.spawn<SchedulerMail, never>({
    name: SCHEDULER_ACTOR,
    conversation: schedulerInbox,
    mailbox: { capacity: Infinity },
    supervision: { onFailure: "stop" },
    create: () =>
      new SchedulerActor({
        core,
        onShutDown: options.onShutDown,
        onLog: options.onLog,
        machine: {
          address: core.contact || publicAddress(core.addressOf(SCHEDULER_ACTOR)),
          dashboardUrl: options.dashboardUrl,
          limits,
          noWorkerTimeoutMs: options.noWorkerTimeoutMs ?? NO_WORKER_TIMEOUT_MS,
          heartbeatMs: HEARTBEAT_MS,
          storyTimeOffsetMs: clock.wallMs() - clock.nowMs(),
          makeError: makeWireError,
        },
      }),
    onDown: (notice) => {
      if (notice.error !== undefined) options.onLog(`Scheduler failed: ${notice.error.stack ?? notice.error.message}`);
    },
  });
}
