import type { FunctionInspector, FunctionPlace } from "./function_inspector.ts";
import type { Parser } from "./parser.ts";
import { readScript, type ScriptFacts, UNKNOWN_SCRIPT } from "./script_facts.ts";
import { readScriptFile } from "./script_file.ts";
import { scanScript } from "./script_scan.ts";
import { RecentMap } from "./recent_map.ts";

/** Scripts whose facts are kept. */
const SCRIPTS_MAX = 1_000;

/** Reads scripts, each once. */
export class ScriptReader {
  readonly #parser: Parser;
  readonly #inspector: () => FunctionInspector | undefined;
  /** By V8's name for the script, which is unique in a thread. */
  readonly #scripts = new RecentMap<string, ScriptFacts>(SCRIPTS_MAX);

  /**
   * Makes one that has read nothing yet.
   *
   * @param inspector Asks V8; undefined where it may not be asked.
   */
  constructor(parser: Parser, inspector: () => FunctionInspector | undefined) {
    this.#parser = parser;
    this.#inspector = inspector;
  }

  /** The facts of the script that a function was written in. */
  of(place: FunctionPlace | undefined): ScriptFacts {
    const inspector = this.#inspector();
    if (place === undefined || inspector === undefined) return UNKNOWN_SCRIPT;
    const known = this.#scripts.get(place.scriptId);
    if (known !== undefined) return known;
    const text = readScriptFile(place.url);
    const read = text === undefined ? UNKNOWN_SCRIPT : this.#read(text);
    const facts = read === UNKNOWN_SCRIPT ? this.#read(inspector.sourceOf(place.scriptId)) : read;
    this.#scripts.set(place.scriptId, facts);
    return facts;
  }

  #read(text: string): ScriptFacts {
    return scanScript(text) ?? readScript(this.#parser.load(), text);
  }
}
