/** The scheduler: the shell around its machine. It decodes no user's value and runs no user's code. @module */
import type { Timer } from "../base/clock.ts";
import { unreachable } from "../base/assert.ts";
import { publicAddress } from "../actor/actor_address.ts";
import { type Behaviour, type Conversation, type DownNotice, noReplies } from "../actor/conversation.ts";
import type { Ref } from "../actor/ref.ts";
import type { SystemCore } from "../actor/system_core.ts";
import type { ClientToScheduler, SchedulerToClient } from "../protocol/client_scheduler.ts";
import { describe, troupeError } from "../base/errors.ts";
import { clientInbox, SCHEDULER_ACTOR, type SchedulerMail, workerInbox, type WorkerMail } from "../protocol/inboxes.ts";
import type { ClientId, DeathRecord, WorkerId } from "../protocol/task.ts";
import type { StoreReply } from "../protocol/worker_peer.ts";
import type { SchedulerEffect } from "./machine/effect.ts";
import type { SchedulerEvent } from "./machine/event.ts";
import { createSchedulerState, type SchedulerMachineOptions, type SchedulerState } from "./machine/state.ts";
import { step } from "./machine/step.ts";

/** What a scheduler is made of. */
export interface SchedulerActorOptions {
  /** Its system. */
  readonly core: SystemCore;
  /** What its machine is told. */
  readonly machine: SchedulerMachineOptions;
  /** A client asked to stop scheduler and workers. */
  readonly onShutDown: (reason: string) => void;
  /** A line for the log: who came, who left, what went wrong. */
  readonly onLog: (text: string) => void;
}

/** A peer is gone. The scheduler says so to itself, so that all that came from the peer before is heard before. */
interface PeerGone {
  readonly type: "client-gone" | "worker-gone";
  readonly id: string;
  readonly notice: DownNotice;
}

/** What a scheduler says to itself never leaves the system, so there is nothing to pack. */
const toItself: Conversation<PeerGone> = {
  name: "scheduler to itself",
  pack: (message) => message,
  parse(data): never {
    throw troupeError("wire/malformed", `Cannot read message: ${describe(data)} is said only within a scheduler`);
  },
  ...noReplies,
};

/** A peer that has registered. */
interface Peer<M, R = never> {
  readonly ref: Ref<M, R>;
  readonly watch: Disposable;
}

/** A client, with its name for people. */
interface ClientPeer extends Peer<readonly SchedulerToClient[]> {
  readonly name: string;
}

/** A worker, with what is needed to tell how it died. */
interface WorkerPeer extends Peer<WorkerMail, StoreReply> {
  readonly hasNanny: boolean;
  /** It said that it leaves by itself. */
  isLeaving: boolean;
}

/** How long the nanny of a worker that vanished may take to tell how it died. */
const NANNY_WAIT_MS = 500;
/** Death records kept of workers that have not been missed yet. */
const DEATHS_KEPT = 100;

/** The behaviour of a scheduler. Synchronous throughout. */
export class SchedulerActor implements Behaviour<SchedulerMail> {
  readonly #options: SchedulerActorOptions;
  readonly #state: SchedulerState;
  readonly #self: Ref<PeerGone>;
  readonly #clients = new Map<ClientId, ClientPeer>();
  readonly #workers = new Map<WorkerId, WorkerPeer>();
  /** What nannies told of workers, oldest first; bounded. */
  readonly #deaths = new Map<WorkerId, DeathRecord>();
  /** Workers that vanished and whose nanny has not told how yet. */
  readonly #vanished = new Map<WorkerId, Timer>();
  #wake: Timer | undefined;
  #wakeAtMs = Infinity;
  #isStopped = false;

  constructor(options: SchedulerActorOptions) {
    this.#options = options;
    this.#state = createSchedulerState(options.machine);
    this.#self = options.core.ref(options.core.addressOf(SCHEDULER_ACTOR), toItself);
  }

  receive(mail: SchedulerMail | PeerGone): void {
    switch (mail.type) {
      case "from-client":
        return this.#clientSaid(mail.clientId, mail.messages);
      case "from-worker":
        return this.#workerSaid(mail.workerId, mail);
      case "worker-died":
        return this.#nannyTold(mail.workerId, mail.death);
      case "client-gone":
        return this.#clientLeft(mail.id, mail.notice);
      case "worker-gone":
        return this.#workerVanished(mail.id, mail.notice);
      default:
        return unreachable(mail);
    }
  }

  /** Says goodbye to all. */
  stop(): void {
    this.#isStopped = true;
    this.#wake?.cancel();
    for (const timer of this.#vanished.values()) timer.cancel();
    for (const { ref, watch } of this.#clients.values()) {
      watch[Symbol.dispose]();
      ref.tell([{ type: "closing", reason: "the scheduler stops" }]);
    }
    for (const { ref, watch } of this.#workers.values()) {
      watch[Symbol.dispose]();
      ref.tell({ type: "from-scheduler", messages: [{ type: "stop-worker", reason: "the scheduler stops" }] });
    }
  }

  #nowMs(): number {
    return this.#options.core.world.clock.nowMs();
  }

  #happened(event: SchedulerEvent): void {
    if (this.#isStopped) return;
    for (const effect of step(this.#state, event)) this.#do(effect);
  }

  #clientSaid(clientId: ClientId, messages: readonly ClientToScheduler[]): void {
    const first = messages[0];
    if (first?.type === "register-client" && !this.#clients.has(clientId)) this.#clientCame(clientId, first.name);
    this.#happened({ type: "client-said", atMs: this.#nowMs(), clientId, messages });
  }

  #clientCame(clientId: ClientId, name: string): void {
    const ref = this.#options.core.ref(clientId, clientInbox);
    const watch = ref.watch((notice) => this.#self.tell({ type: "client-gone", id: clientId, notice }));
    this.#clients.set(clientId, { ref, watch, name });
    this.#options.onLog(`Register client ${describe(name)}`);
  }

  #clientLeft(clientId: ClientId, notice: DownNotice): void {
    const client = this.#clients.get(clientId);
    if (client === undefined) return;
    this.#clients.delete(clientId);
    const reason = notice.error?.message ?? notice.reason;
    this.#options.onLog(`Remove client ${describe(client.name)}: ${reason}`);
    this.#happened({ type: "client-left", atMs: this.#nowMs(), clientId, reason });
  }

  #workerSaid(workerId: WorkerId, mail: Extract<SchedulerMail, { type: "from-worker" }>): void {
    const first = mail.messages[0];
    if (first?.type === "register-worker") this.#workerCame(workerId, first.hasNanny);
    const worker = this.#workers.get(workerId);
    // A worker given up must register anew, under another id: what it still says changes nothing.
    if (worker === undefined) return;
    if (mail.messages.some((message) => message.type === "leaving")) worker.isLeaving = true;
    this.#happened({ type: "worker-said", atMs: this.#nowMs(), workerId, messages: mail.messages });
  }

  #workerCame(workerId: WorkerId, hasNanny: boolean): void {
    const ref = this.#options.core.ref(workerId, workerInbox);
    const watch = ref.watch((notice) => this.#self.tell({ type: "worker-gone", id: workerId, notice }));
    this.#workers.set(workerId, { ref, watch, hasNanny, isLeaving: false });
    this.#options.onLog(`Register worker ${publicAddress(workerId)}`);
  }

  #workerVanished(workerId: WorkerId, notice: DownNotice): void {
    const worker = this.#workers.get(workerId);
    if (worker === undefined) return;
    const blame = !worker.isLeaving && notice.reason !== "stopped";
    const known = this.#deaths.get(workerId);
    if (!blame || !worker.hasNanny || known !== undefined) {
      return this.#workerLeft(workerId, blame, known ?? vagueDeath(workerId, notice));
    }
    const timer = this.#options.core.world.clock.after(NANNY_WAIT_MS, () => {
      this.#vanished.delete(workerId);
      this.#workerLeft(workerId, true, vagueDeath(workerId, notice));
    });
    this.#vanished.set(workerId, timer);
  }

  #nannyTold(workerId: WorkerId, death: DeathRecord): void {
    const timer = this.#vanished.get(workerId);
    if (timer !== undefined) {
      timer.cancel();
      this.#vanished.delete(workerId);
      return this.#workerLeft(workerId, true, death);
    }
    this.#deaths.set(workerId, death);
    const oldest = this.#deaths.keys().next();
    if (this.#deaths.size > DEATHS_KEPT && !oldest.done) this.#deaths.delete(oldest.value);
  }

  #workerLeft(workerId: WorkerId, blame: boolean, death: DeathRecord): void {
    this.#workers.delete(workerId);
    this.#deaths.delete(workerId);
    this.#options.onLog(`Remove worker ${publicAddress(workerId)}: it ${death.reason}`);
    this.#happened({ type: "worker-left", atMs: this.#nowMs(), workerId, blame, death });
  }

  #do(effect: SchedulerEffect): void {
    switch (effect.type) {
      case "tell-client":
        return this.#clients.get(effect.clientId)?.ref.tell(effect.messages);
      case "tell-worker":
        return this.#workers.get(effect.workerId)?.ref.tell({ type: "from-scheduler", messages: effect.messages });
      case "wake":
        return this.#wakeAt(effect.atMs);
      case "log":
        // Who comes and goes is told above, as people know them.
        return effect.level === "info" ? undefined : this.#options.onLog(effect.text);
      case "shut-down":
        return this.#options.onShutDown(effect.reason);
      default:
        return unreachable(effect);
    }
  }

  #wakeAt(atMs: number): void {
    if (this.#wake !== undefined && this.#wakeAtMs <= atMs) return;
    this.#wake?.cancel();
    this.#wakeAtMs = atMs;
    this.#wake = this.#options.core.world.clock.after(Math.max(0, atMs - this.#nowMs()), () => {
      this.#wake = undefined;
      this.#happened({ type: "woken", atMs: this.#nowMs() });
    });
  }
}

function vagueDeath(workerId: WorkerId, notice: DownNotice): DeathRecord {
  const reason = notice.reason === "stopped" ? "was stopped" : "lost its connection";
  return {
    worker: publicAddress(workerId),
    reason: notice.error === undefined ? reason : `${reason} (${notice.error.message})`,
    exitCode: undefined,
    signal: undefined,
    lastLines: [],
    lastRssBytes: undefined,
  };
}
