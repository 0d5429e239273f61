/** A worker in a process of its own, started there by its nanny. Named by URL. @module */
import { formatActorAddress, parseActorAddress } from "../actor/actor_address.ts";
import type {
  ActorModule,
  ActorModuleWorld,
  Behaviour,
  BehaviourContext,
  Conversation,
} from "../actor/conversation.ts";
import type { SystemCore } from "../actor/system_core.ts";
import type { TlsOptions } from "../actor/credentials.ts";
import { credentialsOf } from "../actor/credentials.ts";
import * as p from "../protocol/parse.ts";
import { clearSocketFile } from "../transport/socket_file.ts";
import { type StartedWorker, startWorker } from "../worker/start_worker.ts";
import { MemoryWatch } from "./memory_watch.ts";

/** What a worker process is told at its start: plain data. */
export interface WorkerProcessArgs {
  /** Full address of the scheduler. */
  readonly schedulerId: string;
  /** Its name. */
  readonly name: string;
  /** How many executors it has. */
  readonly threads: number;
  /** What it may use of memory, in bytes. */
  readonly memoryLimitBytes: number | undefined;
  /** Abstract resources. */
  readonly resources: Readonly<Record<string, number>>;
  /** Where it listens: `tcp://127.0.0.1:0`. */
  readonly listen: string;
  /** Shared secret of the cluster. */
  readonly token: string;
  /** Keys and certificates. */
  readonly tls: TlsOptions | undefined;
}

/** What a nanny asks of a worker process: answered with the worker's full address when the scheduler has taken it in. */
export type WorkerProcessRequest = "register";

/** Exit code of a worker process that is to be started again at once: it did nothing wrong. */
export const RESTART_EXIT_CODE = 75;

/** How a nanny talks to a worker process. */
export const workerProcessConversation: Conversation<WorkerProcessRequest, string> = {
  name: "worker process",
  pack: (request) => [request],
  parse: (data) => p.choice(p.fields(data), 0, ["register"]),
  packReply: (reply) => [reply],
  parseReply: (data) => p.text(p.fields(data), 0),
};

/** The behaviour of a worker process: starts its worker, and ends with it. */
class WorkerProcess implements Behaviour<WorkerProcessRequest, string> {
  readonly #core: SystemCore;
  readonly #args: WorkerProcessArgs;
  #worker: StartedWorker | undefined;
  #memory: MemoryWatch | undefined;

  constructor(core: SystemCore, args: WorkerProcessArgs) {
    this.#core = core;
    this.#args = args;
  }

  async start({ address }: BehaviourContext): Promise<void> {
    const { schedulerId, listen, name, threads, memoryLimitBytes, resources } = this.#args;
    this.#core.dialer.role = "worker";
    this.#core.dialer.credentials = credentialsOf(this.#args);
    await clearSocketFile(listen);
    this.#core.dialer.listen(listen);
    const scheduler = parseActorAddress(schedulerId);
    if (scheduler.contact !== "") await this.#core.dialer.dial(scheduler.contact, scheduler.system);
    this.#worker = await startWorker(this.#core, {
      schedulerId: formatActorAddress(scheduler),
      name,
      threads,
      memoryLimitBytes,
      workersInProcess: 1,
      resources,
      hasNanny: true,
      onStop: (reason) => {
        print(`End worker ${name}: ${reason}`);
        void this.#core.end(address, "stopped");
      },
      onRestart: (reason) => {
        print(`Restart worker ${name}: ${reason}`);
        Deno.exit(RESTART_EXIT_CODE);
      },
      onLog: print,
    });
    if (memoryLimitBytes !== undefined) this.#watchMemory(memoryLimitBytes);
  }

  async receive(): Promise<string> {
    await this.#worker!.registered;
    return this.#worker!.ref.id;
  }

  #watchMemory(limitBytes: number): void {
    const onExceeded = (rssBytes: number) => {
      print(`Worker ${this.#args.name} is out of memory: ${rssBytes} bytes are in use, its limit is ${limitBytes}`);
      Deno.exit(1);
    };
    const { clock } = this.#core.world;
    this.#memory = new MemoryWatch({ clock, measure: () => Deno.memoryUsage().rss, onExceeded }, limitBytes);
  }

  /** Says goodbye to the scheduler, then closes all links: only so does the goodbye leave before the process ends. */
  async stop(): Promise<void> {
    this.#memory?.end();
    await this.#worker?.ref.stop();
    // Not awaited: it waits for the end of this very actor.
    void this.#core.close();
  }
}

/** Standard error is read by the nanny: these lines end up in its log, and in a death record. */
function print(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** How a host starts a worker. */
export const workerProcess: ActorModule<WorkerProcessRequest, string> = {
  conversation: workerProcessConversation,
  create: (args: unknown, world: ActorModuleWorld): Behaviour<WorkerProcessRequest, string> =>
    new WorkerProcess(world.system as SystemCore, parseArgs(args)),
};

/** Reads what the nanny wrote. The two sides are of one version: only the outline is checked. */
function parseArgs(value: unknown): WorkerProcessArgs {
  if (typeof value === "object" && value !== null && "schedulerId" in value) return value as WorkerProcessArgs;
  throw p.malformed("no arguments of a worker process", value);
}
