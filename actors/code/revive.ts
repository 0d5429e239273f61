import { describe, troupeError } from "../base/errors.ts";
import type { FunctionCode, FunctionHash } from "../protocol/task.ts";
import { codeUrl } from "./code_frames.ts";
import { type AnyFunction, isFunction } from "./captured_function.ts";
import { type ModuleReference, parseCode, type SourceCode } from "./function_code.ts";
import { RecentMap } from "./recent_map.ts";
import { rememberRevived } from "./revived_functions.ts";

/** Functions kept at most: far more than a program has, far less than memory. */
const FUNCTIONS_MAX = 1_000;

/** Makes functions again from what travelled, each once. The receiving side of `Capturer`. */
export class Reviver {
  readonly #library: Readonly<Record<string, unknown>>;
  /** By hash; a promise while its module is being imported, and no longer. */
  readonly #revived = new RecentMap<FunctionHash, AnyFunction | Promise<AnyFunction>>(FUNCTIONS_MAX);

  /**
   * Makes one that knows no function yet.
   *
   * @param library Troupe's own exports by name: what functions that use them get here.
   */
  constructor(library: Readonly<Record<string, unknown>>) {
    this.#library = library;
  }

  /**
   * The function, at once when it travels by value or was revived before, else as soon as its module is imported.
   *
   * @param code What a `Capturer` made, perhaps elsewhere.
   * @param hash Its hash.
   * @throws {TroupeError} `wire/malformed` when it is no code; `input/invalid` when the module cannot be imported or has no
   * such function (then the promise rejects), or the text does not compile here.
   */
  revive(code: FunctionCode, hash: FunctionHash): AnyFunction | Promise<AnyFunction> {
    const known = this.#revived.get(hash);
    if (known !== undefined) return known;
    const content = parseCode(code);
    if (content.kind === "module") return this.#load(content, code, hash);
    const fn = compile(content, hash, this.#library);
    rememberRevived(fn, { hash, code, name: content.name || "lambda" });
    this.#revived.set(hash, fn);
    return fn;
  }

  #load(reference: ModuleReference, code: FunctionCode, hash: FunctionHash): Promise<AnyFunction> {
    const loading = importFunction(reference).then(
      (fn) => {
        rememberRevived(fn, { hash, code, name: reference.name });
        this.#revived.set(hash, fn);
        return fn;
      },
      (error) => {
        this.#revived.delete(hash); // what was missing may be there next time
        throw error;
      },
    );
    this.#revived.set(hash, loading);
    return loading;
  }
}

/**
 * Strict, as modules are, and named in stacks by its hash. `node:vm` would give the same at the same cost, 20 to 35 us, but its
 * first use costs 20 to 30 ms, more than an inline cluster may take to start.
 */
function compile(source: SourceCode, hash: FunctionHash, library: Readonly<Record<string, unknown>>): AnyFunction {
  const values = source.library.map(([, exported]) => libraryValue(source, exported, library));
  const aliases = source.library.map(([alias]) => alias);
  const body = `"use strict"; ${bodyOf(source)}\n//# sourceURL=${codeUrl(hash)}`;
  try {
    const made: unknown = new Function(...aliases, body)(...values);
    if (isFunction(made)) return made;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw notCompiled(source, cause);
  }
  throw notCompiled(source);
}

/** The text stands on lines of its own, from `TEXT_FIRST_LINE` on; its columns are its own. */
function bodyOf({ name, text, selves }: SourceCode): string {
  const key = JSON.stringify(name);
  const expression = name === "" ? `(\n${text}\n)` : `({ [${key}]: (\n${text}\n) })[${key}]`;
  const [first, ...others] = selves;
  if (first === undefined) return `return ${expression};`;
  return `const ${
    [`${first} = ${expression}`, ...others.map((other) => `${other} = ${first}`)].join(", ")
  }; return ${first};`;
}

function libraryValue(source: SourceCode, exported: string, library: Readonly<Record<string, unknown>>): unknown {
  if (exported === "*") return library;
  if (Object.hasOwn(library, exported)) return library[exported];
  throw troupeError(
    "input/invalid",
    `Cannot load task ${label(source)}: Troupe has no export ${describe(exported)} here`,
    {
      hint: "Run the same version of Troupe everywhere",
    },
  );
}

function notCompiled(source: SourceCode, cause?: Error): Error {
  return troupeError("input/invalid", `Cannot load task ${label(source)}: its source does not compile here`, { cause });
}

function label({ name }: SourceCode): string {
  return describe(name || "lambda");
}

async function importFunction({ url, name }: ModuleReference): Promise<AnyFunction> {
  const module = await importModule(url, name);
  const fn: unknown = Object.hasOwn(module, name) ? Reflect.get(module, name) : undefined;
  if (isFunction(fn)) return fn;
  const found = Object.hasOwn(module, name)
    ? `export ${describe(name)} of module ${describe(url)} is not a function`
    : `module ${describe(url)} has no export ${describe(name)}`;
  throw troupeError("input/invalid", `Cannot load task ${describe(name)}: ${found}`, { details: { url, name } });
}

async function importModule(url: string, name: string): Promise<object> {
  try {
    const module: object = await import(url);
    return module;
  } catch (cause) {
    throw troupeError(
      "input/invalid",
      `Cannot load task ${describe(name)}: module ${describe(url)} cannot be imported`,
      {
        hint: "The module must exist, and be allowed, on every machine that runs its functions",
        details: { url, name },
        cause,
      },
    );
  }
}
