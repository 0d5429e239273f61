/** acorn, loaded when it is needed: it costs 6 to 20 ms, more than the whole start of an inline cluster may. @module */
import type * as acorn from "npm:acorn@8.15.0";
import { troupeError } from "../base/errors.ts";
import { nodeBuiltin } from "../base/node_builtin.ts";

/** The parts of acorn that are used. */
export type Acorn = Pick<typeof acorn, "parse" | "parseExpressionAt">;

/** Loads the parser once: in the background when there is time, else at once. */
export class Parser {
  /** Undefined until loaded, then for good. */
  #acorn: Acorn | undefined;

  /** Loads it without blocking; resolves when {@linkcode Parser.load} costs nothing any more. */
  async prepare(): Promise<void> {
    this.#acorn ??= await import("npm:acorn@8.15.0");
  }

  /**
   * Loads it where {@linkcode Parser.load} could not do so itself when the time comes: not from files. (Files that may not
   * be read are not asked about: the question costs a millisecond of everybody's cold start, and `load` says what is wrong.)
   */
  async prepareIfNeeded(): Promise<void> {
    if (!import.meta.url.startsWith("file:")) await this.prepare();
  }

  /**
   * The parser, now.
   *
   * @throws {TroupeError} `task/not-serializable` when it is not prepared and Troupe was loaded over http, from where nothing
   * can be loaded synchronously.
   */
  load(): Acorn {
    this.#acorn ??= this.#require();
    return this.#acorn;
  }

  #require(): Acorn {
    try {
      const loaded: unknown = nodeBuiltin("node:module").createRequire(import.meta.url)("acorn");
      if (isAcorn(loaded)) return loaded;
    } catch (cause) {
      throw notPrepared(cause);
    }
    throw notPrepared();
  }
}

function isAcorn(value: unknown): value is Acorn {
  return typeof value === "object" && value !== null && "parse" in value && "parseExpressionAt" in value;
}

function notPrepared(cause?: unknown): Error {
  return troupeError("task/not-serializable", "Cannot analyse function: the parser is not loaded yet", {
    hint: "Await Client.connect() before submitting functions, and run with --allow-read",
    cause,
  });
}
