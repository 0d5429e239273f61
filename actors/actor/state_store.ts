/** What virtual actors keep: one embedded SQLite file, or memory. @module */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { asError, describe, troupeError } from "../base/errors.ts";

/** How long a write waits for other processes that write to the same file. */
const BUSY_MS = 5_000;

/**
 * States by key. Whoever takes a key up gets a number, and only the last to do so can write: an instance that was replaced
 * without knowing it can do no harm.
 */
export class StateStore {
  readonly #database: DatabaseSync;
  readonly #take: StatementSync;
  readonly #write: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      PRAGMA busy_timeout = ${BUSY_MS};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS states (key TEXT PRIMARY KEY, epoch INTEGER NOT NULL, state BLOB) STRICT;
    `);
    this.#take = database.prepare(`
      INSERT INTO states (key, epoch) VALUES (?, 1)
      ON CONFLICT (key) DO UPDATE SET epoch = epoch + 1 RETURNING epoch, state
    `);
    this.#write = database.prepare("UPDATE states SET state = ? WHERE key = ? AND epoch = ?");
  }

  /**
   * Opens a file, made when it is missing; without a path, memory.
   *
   * @throws `input/invalid` when it cannot be opened.
   */
  static async open(path: string | undefined): Promise<StateStore> {
    // Loaded by those who need it.
    const { DatabaseSync } = await import("node:sqlite");
    try {
      return new StateStore(new DatabaseSync(path ?? ":memory:"));
    } catch (cause) {
      throw troupeError("input/invalid", `Cannot open store ${describe(path)}: ${asError(cause).message}`, {
        cause,
        hint: "Give the path of a file in a folder that is there, and allow to read and write it",
      });
    }
  }

  /** Takes a key up: the number to write with, and what was kept. */
  take(key: string): { readonly epoch: number; readonly state: Uint8Array | undefined } {
    const row = this.#take.get(key);
    const state = row?.["state"];
    return { epoch: Number(row?.["epoch"]), state: state instanceof Uint8Array ? state : undefined };
  }

  /** Keeps a state; false when somebody else has taken the key up since. Once it returns, an end of the process loses nothing. */
  write(key: string, epoch: number, state: Uint8Array): boolean {
    return Number(this.#write.run(state, key, epoch).changes) === 1;
  }

  /** Ends it. */
  close(): void {
    this.#database.close();
  }
}
