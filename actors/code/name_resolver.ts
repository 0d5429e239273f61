import type { AnyFunction } from "./captured_function.ts";
import { findBinding, type FunctionInspector, type FunctionScope, readBinding } from "./function_inspector.ts";
import { GLOBAL_NAMES, LANGUAGE_NAMES } from "./global_names.ts";

/** What the names that a function uses mean. Globals need no mention. */
export interface Meanings {
  /** Names of the function itself. */
  readonly selves: readonly string[];
  /** Troupe's exports: `[name in the text, exported name]`, `"*"` for all of them as one object. */
  readonly library: readonly (readonly [alias: string, exported: string])[];
  /** Names of what does not travel. */
  readonly missing: readonly string[];
}

/** Words that mean something around a function, but are no bindings. */
const NO_BINDING = /^(?:this|super|arguments|new\.target|import\.meta|#.*)$/;
/** The `exported` name that stands for the whole library. */
const WHOLE_LIBRARY = "*";

/** Finds out what a function means by its names: by identity where V8 tells the values, else by name. */
export class NameResolver {
  readonly #library: Readonly<Record<string, unknown>>;
  /** Exported names by value; primitives prove nothing and are left out. */
  readonly #exported = new Map<unknown, string>();

  /**
   * Makes one.
   *
   * @param library Troupe's own exports by name.
   */
  constructor(library: Readonly<Record<string, unknown>>) {
    this.#library = library;
    for (const [name, value] of Object.entries(library)) {
      const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
      if (isObject && !this.#exported.has(value)) this.#exported.set(value, name);
    }
  }

  /** Whether all names look as if they travel, so that it is worth proving without a parser. */
  isPromising(names: ReadonlySet<string>, ownName: string): boolean {
    for (const name of names) {
      if (name !== ownName && !GLOBAL_NAMES.has(name) && !Object.hasOwn(this.#library, name)) return false;
    }
    return true;
  }

  /**
   * What each name means.
   *
   * @param names Names that the function uses from around it.
   * @param inspector Undefined where V8 may not be asked, or need not.
   */
  resolve(
    fn: AnyFunction,
    ownName: string,
    names: ReadonlySet<string>,
    inspector: FunctionInspector | undefined,
  ): Meanings {
    const meanings: { selves: string[]; library: [string, string][]; missing: string[] } = {
      selves: [],
      library: [],
      missing: [],
    };
    const isProofNeeded = !names.isSubsetOf(LANGUAGE_NAMES);
    const scopes = isProofNeeded ? inspector?.scopesOf(fn) : undefined;
    for (const name of names) {
      const meaning = scopes === undefined ? this.#byName(name, ownName) : this.#byIdentity(name, fn, scopes);
      if (meaning === "missing") meanings.missing.push(name);
      else if (meaning === "self") meanings.selves.push(name);
      else if (meaning !== "global") meanings.library.push([name, meaning.exported]);
    }
    return meanings;
  }

  #byName(name: string, ownName: string): "global" | "self" | "missing" | { readonly exported: string } {
    if (GLOBAL_NAMES.has(name)) return "global";
    if (name === ownName) return "self";
    return Object.hasOwn(this.#library, name) ? { exported: name } : "missing";
  }

  #byIdentity(
    name: string,
    fn: AnyFunction,
    scopes: readonly FunctionScope[],
  ): "global" | "self" | "missing" | { readonly exported: string } {
    if (NO_BINDING.test(name)) return "missing";
    const binding = findBinding(scopes, name);
    if (!binding.isFound) return GLOBAL_NAMES.has(name) ? "global" : "missing";
    if (binding.value === fn) return "self";
    const exported = this.#exported.get(binding.value);
    if (exported !== undefined) return { exported };
    return this.#isWholeLibrary(binding.value) ? { exported: WHOLE_LIBRARY } : "missing";
  }

  /** Whether a value is Troupe as one object: `import * as troupe`. */
  #isWholeLibrary(value: unknown): boolean {
    if (typeof value !== "object" || value === null || Reflect.get(value, Symbol.toStringTag) !== "Module") {
      return false;
    }
    const names = Object.keys(value);
    return names.length > 0 &&
      names.every((name) => Object.hasOwn(this.#library, name) && readBinding(value, name) === this.#library[name]);
  }
}
