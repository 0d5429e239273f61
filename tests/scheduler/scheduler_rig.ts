/** A real scheduler; its clients and workers are scripted by the test, each in a system of its own. */
import type { Ref } from "../../actors/actor/ref.ts";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { troupeError } from "../../actors/base/errors.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { systemRandom } from "../../actors/base/random.ts";
import type { ClientToScheduler, SchedulerToClient } from "../../actors/protocol/client_scheduler.ts";
import { clientInbox, schedulerInbox, type SchedulerMail, workerInbox } from "../../actors/protocol/inboxes.ts";
import type { DeathRecord } from "../../actors/protocol/task.ts";
import type { SchedulerToWorker, WorkerToScheduler } from "../../actors/protocol/worker_scheduler.ts";
import { startScheduler } from "../../actors/scheduler/start_scheduler.ts";
import { InProcessCable, inProcessPair } from "../../actors/transport/in_process.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A peer of the scheduler: `heard` is what the scheduler said to it, `say` is what it says. */
export interface Scripted<Say, Hear> {
  /** Its full address. */
  readonly id: string;
  readonly heard: Hear[];
  say(...messages: readonly Say[]): void;
  /** Ends its actor, in order. */
  stop(): Promise<void>;
  /** Cuts its connection. */
  vanish(): Promise<void>;
}

/** One scheduler. */
export class SchedulerRig implements AsyncDisposable {
  readonly clock: FakeClock = new FakeClock();
  readonly core: SystemCore = this.#system();
  readonly log: string[] = [];
  /** Why clients asked to stop everything. */
  readonly shutDowns: string[] = [];
  readonly #systems: SystemCore[] = [];
  #ref: Ref<SchedulerMail> | undefined;

  static async start(): Promise<SchedulerRig> {
    const rig = new SchedulerRig();
    rig.#ref = await startScheduler(rig.core, {
      onShutDown: (reason) => rig.shutDowns.push(reason),
      onLog: (text) => rig.log.push(text),
    });
    return rig;
  }

  get ref(): Ref<SchedulerMail> {
    return this.#ref!;
  }

  /** A client that has registered. */
  async client(name = "notebook", graceMs = 0): Promise<Scripted<ClientToScheduler, SchedulerToClient>> {
    const heard: SchedulerToClient[] = [];
    const { core, cable } = this.#linked();
    const receive = (messages: readonly SchedulerToClient[]): void => void heard.push(...messages);
    const ref = await core.spawn({ name, conversation: clientInbox, create: () => ({ receive }) });
    const scheduler = core.ref(this.ref.address, schedulerInbox);
    const say = (...messages: readonly ClientToScheduler[]) =>
      scheduler.tell({ type: "from-client", clientId: ref.id, messages });
    say({ type: "register-client", clientId: ref.id, name, graceMs });
    await this.settle();
    return { id: ref.id, heard, say, stop: () => this.#stop(ref), vanish: () => this.#cut(cable) };
  }

  /** A worker that has registered. */
  async worker(name: string, hasNanny = false): Promise<Scripted<WorkerToScheduler, SchedulerToWorker>> {
    const heard: SchedulerToWorker[] = [];
    const { core, cable } = this.#linked();
    const ref = await core.spawn({
      name,
      conversation: workerInbox,
      create: () => ({
        receive: (mail) => mail.type === "from-scheduler" ? void heard.push(...mail.messages) : undefined,
      }),
    });
    const scheduler = core.ref(this.ref.address, schedulerInbox);
    const say = (...messages: readonly WorkerToScheduler[]) =>
      scheduler.tell({ type: "from-worker", workerId: ref.id, messages });
    const rest = { threads: 1, memoryLimitBytes: undefined, resources: {}, hasNanny };
    say({ type: "register-worker", workerId: ref.id, name, ...rest });
    await this.settle();
    return { id: ref.id, heard, say, stop: () => this.#stop(ref), vanish: () => this.#cut(cable) };
  }

  /** A nanny tells how its worker died. */
  async nannyTells(workerId: string, changes: Partial<DeathRecord> = {}): Promise<void> {
    const death: DeathRecord = {
      ...{ worker: "alice", reason: "was killed by SIGKILL", exitCode: undefined, signal: "SIGKILL" },
      ...{ lastLines: ["last words"], lastRssBytes: 1e8, ...changes },
    };
    this.ref.tell({ type: "worker-died", workerId, death });
    await this.settle();
  }

  /** Lets messages arrive. */
  async settle(): Promise<void> {
    for (let i = 0; i < 60; i++) await Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.core.close();
    for (const core of this.#systems) await core.close();
  }

  #system(): SystemCore {
    return new SystemCore({ clock: this.clock, random: systemRandom, limits: DEFAULT_LIMITS });
  }

  #linked(): { core: SystemCore; cable: InProcessCable } {
    const core = this.#system();
    const cable = new InProcessCable();
    const [near, far] = inProcessPair({ cable });
    this.core.attach(near, { system: core.id, contact: "", isGateway: false });
    core.attach(far, { system: this.core.id, contact: "", isGateway: false });
    this.#systems.push(core);
    return { core, cable };
  }

  async #stop<M, R>(ref: Ref<M, R>): Promise<void> {
    await ref.stop();
    await this.settle();
  }

  async #cut(cable: InProcessCable): Promise<void> {
    cable.cut(troupeError("link/down", "The cable was cut"));
    await this.settle();
  }
}

/** A submission of function "f" without arguments. */
export function submit(key: string): readonly ClientToScheduler[] {
  return [
    { type: "define-function", hash: "f", name: "f", code: new Uint8Array(1) },
    { type: "submit", key, fn: "f", args: [], deps: [], options: undefined, parent: undefined },
  ];
}

/** All messages of one type. */
export function ofType<M extends { readonly type: string }, T extends M["type"]>(
  messages: readonly M[],
  type: T,
): Extract<M, { readonly type: T }>[] {
  return messages.filter((message): message is Extract<M, { readonly type: T }> => message.type === type);
}
