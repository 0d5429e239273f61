/** The client that tasks of one executor share: opened by the first of them that asks for it. @module */
import type { SystemCore } from "../actor/system_core.ts";
import { Client, getClient } from "../client/client.ts";
import { instanceCodecs } from "../client/defaults.ts";
import type { FutureNote } from "../client/future_codec.ts";
import { libraryWith, loadLibrary } from "../client/library.ts";
import { printOutput, printWarning } from "../client/printed_output.ts";
import type { Session } from "../client/session.ts";
import { linkSession } from "../client/session_link.ts";
import { SharedThing } from "../client/shared_thing.ts";
import { importForTask } from "../client/task_storage.ts";
import { Capturer } from "../code/capture.ts";
import { Reviver } from "../code/revive.ts";
import type { TaskKey } from "../protocol/task.ts";
import type { ExecutorToWorker } from "../protocol/worker_executor.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import type { ExecutorArgs } from "./executor_args.ts";

/** How long what a task wanted is kept when its executor dies: it will be run again, and finds it. */
const GRACE_MS = 800;

/** The client of one executor. */
export class TaskClient {
  readonly #core: SystemCore;
  readonly #args: ExecutorArgs;
  readonly #capturer = new Capturer(libraryWith(getClient), printWarning);
  readonly #library: Record<string, unknown> = { ...libraryWith(getClient) };
  /** Makes functions again: tasks, and those within values. */
  readonly reviver: Reviver = new Reviver({
    library: this.#library,
    loadLibrary,
    importing: importForTask,
  });
  #session: Session | undefined;
  #client: Client | undefined;

  constructor(core: SystemCore, args: ExecutorArgs) {
    this.#core = core;
    this.#args = args;
  }

  /** Loads what submitting needs, where that cannot wait. */
  prepare(): Promise<void> {
    return this.#capturer.prepareIfNeeded();
  }

  /** Whether classes of actors find what they extend. */
  get knowsActors(): boolean {
    return "Actor" in this.#library;
  }

  /** Loads what classes of actors extend: most executors have none, and all of Troupe is ten times as much. */
  async loadActors(): Promise<void> {
    const { Actor } = await import("../actor/actor_system.ts");
    this.#library["Actor"] = Actor;
  }

  /** The client, at once: what it says waits until the scheduler has welcomed it. */
  open(): Client {
    this.#client ??= Client.ofTask(this.#openSession());
    return this.#client;
  }

  /** Hook of the value codec: special values arrive; futures among them are claimed. */
  read(tag: string, payload: unknown): unknown {
    this.open();
    return this.#openSession().read(tag, payload);
  }

  /** Hook of the value codec: special values leave. */
  write(value: object | symbol, action: string, note?: FutureNote): SpecialValue | undefined {
    // Without a session there is nothing of a special kind, but functions, shared things and what a module has registered.
    const isPlain = typeof value !== "function" && instanceCodecs().isEmpty && SharedThing.of(value) === undefined;
    const session = isPlain ? this.#session : this.#openSession();
    return session?.write(value, action, note);
  }

  /** The result of this task names these others: they live as long as it does. Said before they can be given up. */
  keep(key: TaskKey, keys: readonly TaskKey[]): void {
    this.#session?.keep(key, keys);
  }

  /**
   * A task has finished on this very executor: whoever awaits it here goes on at once, half a round trip earlier than the
   * scheduler could say so. It says so all the same, and what it says later of the key holds.
   */
  finishedHere(key: TaskKey, message: Extract<ExecutorToWorker, { type: "finished" }>): void {
    if (this.#session === undefined) return;
    const { bytes, valueType, value } = message;
    if (bytes > this.#core.world.limits.inlineBytesMax) return;
    const holders = [this.#args.workerId];
    this.#session.receive([{ type: "finished", key, bytes, valueType, holders, hasValue: true, value }]);
  }

  /** Gives up what tasks still hold. */
  async close(): Promise<void> {
    await this.#session?.close();
  }

  #openSession(): Session {
    if (this.#session !== undefined) return this.#session;
    const session = linkSession(this.#core, {
      schedulerId: this.#args.schedulerId,
      capturer: this.#capturer,
      reviver: this.reviver,
      print: printOutput,
      onDisconnected: () => Promise.resolve(),
    });
    session.begin(`tasks of ${this.#args.executorId}`, GRACE_MS).catch(() => {
      // The session knows of its end: every use of it says so.
    });
    this.#session = session;
    return session;
  }
}
