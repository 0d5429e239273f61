/** How much there is to do in a cluster, as its scheduler sees it. @module */
import type { SystemCore } from "../actor/system_core.ts";
import { describe, troupeError } from "../base/errors.ts";
import type { Session } from "../client/session.ts";
import { quietSession } from "./quiet_session.ts";

/** Work and workers at one moment. */
export interface ClusterLoad {
  /** Tasks that run, or could if there were room: those that wait for others do not count. */
  readonly ready: number;
  /** All tasks that the scheduler knows, in whatever state. */
  readonly tasks: number;
  /** The workers, in the order of their registration. */
  readonly workers: readonly WorkerLoad[];
}

/** One worker at one moment. */
export interface WorkerLoad {
  /** Its alias. */
  readonly name: string;
  /** Whether it runs nothing. */
  readonly isIdle: boolean;
  /** Results in its store. */
  readonly held: number;
}

/** States in which a task asks for an executor now. */
const READY_STATES = ["queued", "no-worker", "processing"];

type Fields = Readonly<Record<string, unknown>>;

/** Asks a scheduler for its load, as a client that submits nothing. */
export class LoadProbe {
  readonly #session: Session;
  /** Resolves when the scheduler knows it. */
  readonly #welcome: Promise<void>;

  /** Connects to a scheduler that this system reaches. */
  constructor(core: SystemCore, schedulerId: string) {
    this.#session = quietSession(core, schedulerId);
    this.#welcome = this.#session.begin("load probe", 0);
    // Each `read` tells of it.
    this.#welcome.catch(() => undefined);
  }

  /** What there is to do now. Rejects when the scheduler is out of reach. */
  async read(): Promise<ClusterLoad> {
    await this.#welcome;
    const [counts, workers] = await Promise.all([this.#query("counts"), this.#query("workers")]);
    return readLoad(counts, workers);
  }

  /** Disconnects. */
  close(): Promise<void> {
    return this.#session.close();
  }

  async #query(what: string): Promise<unknown> {
    this.#session.assertOpen(`ask for ${what}`);
    const answer = await this.#session.ask((ackId) => ({ type: "query", ackId, what, about: [] }));
    return answer.type === "answer" ? answer.value : undefined;
  }
}

/** Makes a load out of the answers to the queries `counts` and `workers`. Throws `wire/malformed`. */
export function readLoad(counts: unknown, workers: unknown): ClusterLoad {
  const byState = fields(fields(counts).tasks);
  return {
    ready: READY_STATES.reduce((sum, state) => sum + count(byState[state] ?? 0), 0),
    tasks: Object.values(byState).reduce((sum: number, tasks) => sum + count(tasks), 0),
    workers: Object.values(fields(workers)).map(readWorker),
  };
}

function readWorker(value: unknown): WorkerLoad {
  const worker = fields(value);
  if (typeof worker.name !== "string") throw malformed("a worker without a name", value);
  return { name: worker.name, isIdle: count(worker.busy) === 0, held: count(worker.held) };
}

function fields(value: unknown): Fields {
  if (typeof value === "object" && value !== null) return value as Fields;
  throw malformed("expected an object", value);
}

function count(value: unknown): number {
  if (typeof value === "number" && value >= 0) return value;
  throw malformed("expected a count", value);
}

function malformed(what: string, value: unknown): Error {
  return troupeError("wire/malformed", `Cannot read load of cluster: ${what}, got ${describe(value)}`);
}
