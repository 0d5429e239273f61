/**
 * The client that tasks of one executor share. All that submits is loaded behind the first tasks, or for the first that
 * needs it: it is more than half of what a thread would load before it takes work.
 *
 * @module
 */
import type { SystemCore } from "../actor/system_core.ts";
import type { Client } from "../client/client.ts";
import { instanceCodecs, ownLibrary, taskSideMaker } from "../client/defaults.ts";
import type { FutureNote } from "../client/future_codec.ts";
import type { Session } from "../client/session.ts";
import { SharedThing } from "../client/shared_thing.ts";
import type { TaskSide } from "../client/task_side.ts";
import { importForTask } from "../client/task_storage.ts";
import type { CodeUnit } from "../code/captured_function.ts";
import { parseCode } from "../code/function_code.ts";
import { LoadingError } from "../code/loading.ts";
import { Reviver } from "../code/revive.ts";
import type { RevivedCode } from "../code/revived_code.ts";
import type { FunctionCode, FunctionHash, TaskKey } from "../protocol/task.ts";
import type { ExecutorToWorker } from "../protocol/worker_executor.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import type { ExecutorArgs } from "./executor_args.ts";

type ActorSystemModule = typeof import("../actor/actor_system.ts");

/** The client of one executor. */
export class TaskClient {
  readonly #core: SystemCore;
  readonly #args: ExecutorArgs;
  /** Empty until the submitting side is there. */
  readonly #library: Record<string, unknown> = {};
  /** Makes functions again: tasks, and those within values. */
  readonly #reviver: Reviver = new Reviver({
    library: this.#library,
    loadLibrary,
    importing: (module, load) => this.#import(module, load),
  });
  /** Undefined until it is loaded. */
  #madeSide: TaskSide | undefined;
  #loading: Promise<void> | undefined;
  /** Whether somebody asked for what is not loaded, since `complete` was called. */
  #isMissed = false;

  constructor(core: SystemCore, args: ExecutorArgs) {
    this.#core = core;
    this.#args = args;
  }

  /** Loads what cannot be loaded later. Over http a task would find no parser, if it came to submit by a way of its own. */
  async prepare(): Promise<void> {
    if (!import.meta.url.startsWith("file:")) await this.load();
  }

  /** Loads all that submitting needs, once. */
  load(): Promise<void> {
    return this.#loading ??= this.#load();
  }

  async #load(): Promise<void> {
    // Resolved at run time, as all imports here: what a literal leads to is read by Deno before the thread begins.
    if (taskSideMaker() === undefined) await import(import.meta.resolve("../client/client.ts"));
    await this.#side!.prepare(); // its module has installed it
  }

  /** The submitting side, once it is loaded, by us or by a module of the program. */
  get #side(): TaskSide | undefined {
    if (this.#madeSide !== undefined) return this.#madeSide;
    const make = taskSideMaker();
    if (make === undefined) return undefined;
    const { schedulerId, executorId } = this.#args;
    this.#madeSide = make(this.#core, { schedulerId, executorId, reviver: this.#reviver }) as TaskSide;
    Object.assign(this.#library, ownLibrary());
    return this.#madeSide;
  }

  /** Whether classes of actors find what they extend. */
  get knowsActors(): boolean {
    return "Actor" in this.#library;
  }

  /** Loads what classes of actors extend: most executors have none, and all of Troupe is ten times as much. */
  async loadActors(): Promise<void> {
    const loading: Promise<ActorSystemModule> = import(import.meta.resolve("../actor/actor_system.ts"));
    const [{ Actor }] = await Promise.all([loading, this.load()]);
    this.#library["Actor"] = Actor;
  }

  /** The function of a task, at once unless something that it names must be loaded. */
  revive(hash: FunctionHash, { code, name, requires }: CodeUnit): RevivedCode | Promise<RevivedCode> {
    const revive = () => this.#reviver.revive(code, hash, name, requires);
    return this.#side !== undefined || !usesLibrary(code) ? revive() : this.load().then(revive);
  }

  /** The client, at once: what it says waits until the scheduler has welcomed it. */
  open(): Client {
    return this.#open().client as Client; // made with its session
  }

  /** Hook of the value codec: special values arrive; futures among them are claimed. */
  read(tag: string, payload: unknown): unknown {
    return this.#open().read(tag, payload);
  }

  /** Hook of the value codec: special values leave. */
  write(value: object | symbol, action: string, note?: FutureNote): SpecialValue | undefined {
    // Without a session there is nothing of a special kind, but functions, shared things and what a module has registered.
    const isPlain = typeof value !== "function" && instanceCodecs().isEmpty && SharedThing.of(value) === undefined;
    const session = isPlain ? this.#side?.session : this.#open();
    return session?.write(value, action, note);
  }

  /** What `make` gives, at once, or else made again when what it missed is loaded. It need not let a missing be seen. */
  complete<T>(make: () => T): T | Promise<T> {
    this.#isMissed = false;
    const made = make();
    return this.#isMissed ? this.load().then(make, make) : made;
  }

  /** The result of this task names these others: they live as long as it does. Said before they can be given up. */
  keep(key: TaskKey, keys: readonly TaskKey[]): void {
    this.#side?.session?.keep(key, keys);
  }

  /**
   * A task has finished on this very executor: whoever awaits it here goes on at once, half a round trip earlier than the
   * scheduler could say so. It says so all the same, and what it says later of the key holds.
   */
  finishedHere(key: TaskKey, message: Extract<ExecutorToWorker, { type: "finished" }>): void {
    const session = this.#side?.session;
    if (session === undefined) return;
    const { bytes, valueType, value } = message;
    if (bytes > this.#core.world.limits.inlineBytesMax) return;
    const holders = [this.#args.workerId];
    session.receive([{ type: "finished", key, bytes, valueType, holders, hasValue: true, value }]);
  }

  /** Gives up what tasks still hold. */
  async close(): Promise<void> {
    await this.#madeSide?.session?.close();
  }

  /** The session; throws {@linkcode LoadingError} while it is not loaded. */
  #open(): Session {
    const side = this.#side;
    if (side !== undefined) return side.open();
    this.#isMissed = true;
    throw new LoadingError(this.load());
  }

  /** A module that imports Troupe brings the submitting side along: before its functions run it is to be complete. */
  async #import<T>(module: string, load: () => Promise<T>): Promise<T> {
    const imported = await importForTask(module, load);
    if (taskSideMaker() !== undefined) await this.load();
    return imported;
  }
}

/** Whether a function names exports of Troupe. */
function usesLibrary(code: FunctionCode): boolean {
  const content = parseCode(code);
  const parts = content.kind === "group" ? content.parts : [content];
  return parts.some(({ kind }) => kind === "library");
}

/** All of Troupe, for tasks that use more of it than most. */
async function loadLibrary(): Promise<Readonly<Record<string, unknown>>> {
  const { loadLibrary }: typeof import("../client/library.ts") = await import(
    import.meta.resolve("../client/library.ts")
  );
  return await loadLibrary();
}
