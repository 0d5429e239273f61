/** Which functions the scheduler knows from a session. @module */
import { requiredFirst } from "../base/required_first.ts";
import type { CodeUnit } from "../code/captured_function.ts";
import type { ClientToScheduler } from "../protocol/client_scheduler.ts";
import type { FunctionHash } from "../protocol/task.ts";

/** Functions after which those not submitted of late are forgotten; twice as many are known at most. */
export const GENERATION_MAX = 5_000;

/** Tells functions to the scheduler, with all that they require: each once, as long as it is in use. */
export class Definitions {
  readonly #say: (message: ClientToScheduler) => void;
  /** Hashes told or used since the last change of generations, and those before. */
  #young = new Set<FunctionHash>();
  #old = new Set<FunctionHash>();

  /** Tools of a session that has told nothing yet. */
  constructor(say: (message: ClientToScheduler) => void) {
    this.#say = say;
  }

  /** Makes a function known, if it is not. What tasks of the scheduler use it keeps by itself. */
  define(captured: CodeUnit): void {
    if (this.#young.has(captured.hash)) return;
    for (const unit of requiredFirst(captured, ({ requires }) => requires)) this.#tell(unit);
    if (this.#young.size >= GENERATION_MAX) this.#forget();
  }

  #tell({ hash, name, code, requires }: CodeUnit): void {
    if (this.#young.has(hash)) return;
    this.#young.add(hash);
    if (this.#old.delete(hash)) return;
    const message = { type: "define-function", hash, name, code } as const;
    this.#say(requires.length === 0 ? message : { ...message, requires: requires.map((unit) => unit.hash) });
  }

  #forget(): void {
    if (this.#old.size > 0) this.#say({ type: "forget-functions", hashes: [...this.#old] });
    this.#old = this.#young;
    this.#young = new Set();
  }
}
