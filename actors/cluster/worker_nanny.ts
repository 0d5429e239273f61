/** Starts a worker in a process of its own, watches it, and restarts it when it dies. @module */
import { parseActorAddress, publicAddress } from "../actor/actor_address.ts";
import { type ProcessHost, startProcessHost } from "../actor/process_host.ts";
import type { HostExit } from "../actor/host.ts";
import type { Ref } from "../actor/ref.ts";
import type { SystemCore } from "../actor/system_core.ts";
import type { Timer } from "../base/clock.ts";
import { asError, troupeError } from "../base/errors.ts";
import { schedulerInbox } from "../protocol/inboxes.ts";
import type { DeathRecord, WorkerId } from "../protocol/task.ts";
import {
  RESTART_EXIT_CODE,
  type WorkerProcessArgs,
  workerProcessConversation,
  type WorkerProcessRequest,
} from "./worker_process.ts";

/** Options of a nanny. */
export interface WorkerNannyOptions extends WorkerProcessArgs {
  /** Hears one line about each start and death, and each line that the process prints by itself. */
  readonly onLog: (line: string) => void;
}

/** A worker process that runs. */
interface Charge {
  readonly host: ProcessHost;
  readonly worker: Ref<WorkerProcessRequest, string>;
  /** Full address of the worker, once registered. */
  workerId: WorkerId | undefined;
}

const WORKER_MODULE = new URL("./worker_process.ts", import.meta.url).href;
/** Pause before a restart when the process died young; doubles up to the longest. */
const RESTART_PAUSE_MS = 100;
const RESTART_PAUSE_MS_MAX = 30_000;
/** A process that lived this long did not die young. */
const GROWN_UP_MS = 10_000;
/** How long a process may take to say goodbye. */
const GOODBYE_MS = 2_000;

/** Watches one worker process after the other. */
export class WorkerNanny {
  readonly #core: SystemCore;
  readonly #options: WorkerNannyOptions;
  #charge: Charge | undefined;
  /** Processes that died young, in a row. */
  #youngDeaths = 0;
  #isClosed = false;
  /** A start under way; its end is waited for, so that no process comes up behind our back. Never rejects. */
  #starting: Promise<void> = Promise.resolve();
  /** Rings for the next start. */
  #restartTimer: Timer | undefined;
  readonly #ending = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<string>();

  constructor(core: SystemCore, options: WorkerNannyOptions) {
    this.#core = core;
    this.#options = options;
  }

  /** Full address of the worker that runs now; undefined while there is none. */
  get workerId(): WorkerId | undefined {
    return this.#charge?.workerId;
  }

  /** Resolves when it begins to end: no worker is started any more. */
  get ending(): Promise<void> {
    return this.#ending.promise;
  }

  /** Resolves with the reason when nothing is watched any more: closed, or the scheduler is gone. */
  get closed(): Promise<string> {
    return this.#closed.promise;
  }

  /** Starts the worker; resolves when the scheduler has taken it in. */
  async start(): Promise<void> {
    const start = this.#start();
    this.#starting = start.catch(() => undefined);
    await start;
  }

  async #start(): Promise<void> {
    const startedMs = this.#core.world.clock.nowMs();
    const { name, onLog } = this.#options;
    const host = await startProcessHost(this.#core, { name, onLine: onLog });
    if (this.#isClosed) {
      await host.terminate();
      throw troupeError("client/closed", `Cannot start worker "${name}": its nanny is closed`);
    }
    const { onLog: _onLog, ...args } = this.#options;
    const charge: Charge = { host, worker: this.#workerRef(host), workerId: undefined };
    this.#charge = charge;
    host.exited.then((exit) => this.#exited(charge, exit, startedMs));
    await host.spawn({
      module: WORKER_MODULE,
      export: "workerProcess",
      name: "worker-process",
      args,
      conversation: workerProcessConversation,
    });
    charge.workerId = await charge.worker.ask("register");
    // The end of the process is told elsewhere; here, that of the worker alone.
    charge.worker.watch(({ reason }) => {
      if (reason === "stopped" && this.#charge === charge) void this.#end("the worker has ended");
    });
  }

  /** Ends the worker and stops watching. Twice is fine. */
  async close(): Promise<void> {
    await this.#end("closed");
  }

  #workerRef(host: ProcessHost): Ref<WorkerProcessRequest, string> {
    return this.#core.ref({ system: host.system, actor: "worker-process", contact: "" }, workerProcessConversation);
  }

  async #end(reason: string): Promise<void> {
    if (this.#isClosed) return void await this.#closed.promise;
    this.#isClosed = true;
    this.#ending.resolve();
    this.#restartTimer?.cancel();
    const charge = this.#charge;
    if (charge?.workerId !== undefined) await this.#sayGoodbye(charge);
    else await charge?.host.terminate();
    await this.#starting;
    this.#closed.resolve(reason);
  }

  async #sayGoodbye({ worker, host }: Charge): Promise<void> {
    const timedOut = Promise.withResolvers<void>();
    const timer = this.#core.world.clock.after(GOODBYE_MS, timedOut.resolve, { keepAlive: true });
    await Promise.race([worker.stop().then(() => host.exited), timedOut.promise]);
    timer.cancel();
    await host.terminate();
  }

  #exited(charge: Charge, exit: HostExit, startedMs: number): void {
    if (this.#isClosed || this.#charge !== charge) return;
    this.#charge = undefined;
    const { clock } = this.#core.world;
    const isWell = exit.exitCode === RESTART_EXIT_CODE || clock.nowMs() - startedMs > GROWN_UP_MS;
    this.#youngDeaths = isWell ? 0 : this.#youngDeaths + 1;
    this.#tellScheduler(charge, exit);
    const pauseMs = Math.min(RESTART_PAUSE_MS * 2 ** (this.#youngDeaths - 1), RESTART_PAUSE_MS_MAX);
    this.#options.onLog(`Worker process ${charge.host.pid} ${exit.reason}, restarting`);
    this.#restartTimer = clock.after(this.#youngDeaths === 0 ? 0 : pauseMs, () => this.#restart());
  }

  #tellScheduler({ workerId }: Charge, exit: HostExit): void {
    if (workerId === undefined) return;
    const death: DeathRecord = { worker: publicAddress(workerId), ...exit, lastRssBytes: undefined };
    this.#core.ref(this.#options.schedulerId, schedulerInbox).tell({ type: "worker-died", workerId, death });
  }

  #restart(): void {
    if (this.#isClosed) return;
    this.start().then(() => this.#tellOfRestart(), (error) => this.#restartFailed(asError(error)));
  }

  #tellOfRestart(): void {
    const { schedulerId, onLog } = this.#options;
    if (this.#charge?.workerId === undefined) return;
    onLog(`Start worker at: ${parseActorAddress(this.#charge.workerId).contact}`);
    onLog(`Registered to: ${parseActorAddress(schedulerId).contact}`);
  }

  #restartFailed(error: Error): void {
    if (this.#isClosed) return;
    this.#options.onLog(`Cannot restart worker "${this.#options.name}": ${error.message}`);
    // A process that came up but could not register is of no use; one that never came up has no exit to tell of it.
    if (this.#charge !== undefined) void this.#charge.host.terminate();
    else this.#restartTimer = this.#core.world.clock.after(RESTART_PAUSE_MS_MAX, () => this.#restart());
  }
}
