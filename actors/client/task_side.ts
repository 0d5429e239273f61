/** What the tasks of one executor submit with. Loaded when a task needs it, or when there is time: not before the first. @module */
import type { SystemCore } from "../actor/system_core.ts";
import { Capturer } from "../code/capture.ts";
import { ownLibrary, type TaskSideOptions } from "./defaults.ts";
import { printOutput, printWarning } from "./printed_output.ts";
import type { Session } from "./session.ts";
import { linkSession } from "./session_link.ts";

/** How long what a task wanted is kept when its executor dies: it will be run again, and finds it. */
const GRACE_MS = 800;

/** The session that tasks of one executor share, opened by the first of them that asks for it. */
export class TaskSide {
  readonly #core: SystemCore;
  readonly #options: TaskSideOptions;
  readonly #capturer = new Capturer(ownLibrary(), printWarning);
  readonly #makeClient: (session: Session) => object;
  #session: Session | undefined;

  /** @param makeClient Makes the client of a session: it stands above this file. */
  constructor(core: SystemCore, options: TaskSideOptions, makeClient: (session: Session) => object) {
    this.#core = core;
    this.#options = options;
    this.#makeClient = makeClient;
  }

  /** Loads what submitting needs, where that cannot wait. */
  prepare(): Promise<void> {
    return this.#capturer.prepareIfNeeded();
  }

  /** The session, if any task has asked for it. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** The session with its client, at once: what it says waits until the scheduler has welcomed it. */
  open(): Session {
    if (this.#session !== undefined) return this.#session;
    const { schedulerId, executorId, reviver } = this.#options;
    const session = linkSession(this.#core, {
      schedulerId,
      capturer: this.#capturer,
      reviver,
      print: printOutput,
      onDisconnected: () => Promise.resolve(),
    });
    session.begin(`tasks of ${executorId}`, GRACE_MS).catch(() => {
      // The session knows of its end: every use of it says so.
    });
    this.#makeClient(session);
    this.#session = session;
    return session;
  }
}
