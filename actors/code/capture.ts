import { describe, troupeError } from "../base/errors.ts";
import { type AnyFunction, type CapturedFunction, isFunction } from "./captured_function.ts";
import { moduleReferenceOf } from "./from_module.ts";
import { type CodeContent, encodeCode, type ModuleReference } from "./function_code.ts";
import { FunctionInspector, mainModule } from "./function_inspector.ts";
import { FunctionOrigins } from "./function_origins.ts";
import { type FunctionText, parseFunctionText } from "./function_text.ts";
import { LANGUAGE_NAMES } from "./global_names.ts";
import { findExport, isPlatform } from "./module_export.ts";
import { type Meanings, NameResolver } from "./name_resolver.ts";
import { scanNames } from "./name_scan.ts";
import { Parser } from "./parser.ts";
import { RecentMap } from "./recent_map.ts";
import {
  type FunctionRefusal,
  refused,
  REFUSED_EVAL,
  REFUSED_TEXT,
  refuseImports,
  refuseKind,
  refuseNames,
  refusePlatform,
} from "./refusal.ts";
import { revivedFrom } from "./revived_functions.ts";

/** Texts whose analysis is kept. */
const TEXTS_MAX = 1_000;

/**
 * Takes functions for a journey. The sending side of `Reviver`.
 *
 * A function that uses nothing but globals, itself and Troupe's own exports travels by its source; an export of a module
 * other than the main one by reference; all others are refused, with the names of what they use.
 */
export class Capturer {
  readonly #parser = new Parser();
  readonly #resolver: NameResolver;
  /** One entry per function object, for good: what a function uses is looked up when it is first captured. */
  readonly #captured = new WeakMap<AnyFunction, CapturedFunction>();
  /** By name and text, of functions that mean the same wherever they stand: a lambda is a new object each time. */
  readonly #placeless = new RecentMap<string, CapturedFunction>(TEXTS_MAX);
  /** By name and text; null for one that cannot stand alone. */
  readonly #texts = new RecentMap<string, FunctionText | null>(TEXTS_MAX);
  /** Knows where the functions were written that travel by source. */
  readonly origins: FunctionOrigins = new FunctionOrigins();
  /** Undefined before the first use, null where V8 may not be asked. */
  #inspector: FunctionInspector | null | undefined;

  /**
   * Makes one. Costs nothing until the first capture.
   *
   * @param library Troupe's own exports by name, which every `Reviver` has.
   */
  constructor(library: Readonly<Record<string, unknown>>) {
    this.#resolver = new NameResolver(library);
  }

  /**
   * Loads what captures of larger functions need, without blocking. Needed only where Troupe was loaded over http; elsewhere
   * it takes 6 to 20 ms off the first such capture.
   */
  prepare(): Promise<void> {
    return this.#parser.prepare();
  }

  /** The same, but only where captures could not load it themselves. To be awaited before the first capture. */
  prepareIfNeeded(): Promise<void> {
    return this.#parser.prepareIfNeeded();
  }

  /**
   * The function as it travels; the same object for the same function.
   *
   * @param fn What the user handed over.
   * @param action What failed if it cannot: `"submit task"`.
   * @throws {TroupeError} `input/invalid` when it is no function or names the main module; `task/not-serializable` when it
   * does not travel, with `details.names` if it is for what it uses.
   */
  capture(fn: unknown, action: string): CapturedFunction {
    if (!isFunction(fn)) throw troupeError("input/invalid", `Cannot ${action}: ${describe(fn)} is not a function`);
    const known = this.#captured.get(fn) ?? revivedFrom(fn);
    if (known !== undefined) return known;
    try {
      const captured = this.#capture(fn, action);
      this.#captured.set(fn, captured);
      return captured;
    } finally {
      this.#inspector?.close();
    }
  }

  #capture(fn: AnyFunction, action: string): CapturedFunction {
    const reference = moduleReferenceOf(fn);
    if (reference !== undefined) return byReference(reference, action);
    const ownName: unknown = fn.name;
    const name = typeof ownName === "string" ? ownName : "";
    const text = Function.prototype.toString.call(fn);
    const refusal = refuseKind(fn, text, name);
    if (refusal !== undefined) throw refused(action, labelOf(name), refusal);
    return this.#scan(fn, name, text) ?? this.#analyse(fn, name, text, action);
  }

  /** The fast way: neither parser nor, for most, inspector. Undefined when it takes more. */
  #scan(fn: AnyFunction, name: string, text: string): CapturedFunction | undefined {
    const key = keyOf(name, text);
    const known = this.#placeless.get(key);
    if (known !== undefined) return known;
    const names = scanNames(text);
    if (names === undefined || !this.#resolver.isPromising(names, name)) return undefined;
    const isPlaceless = names.isSubsetOf(LANGUAGE_NAMES);
    const meanings = this.#resolver.resolve(fn, name, names, isPlaceless ? undefined : this.#inspect());
    if (meanings.missing.length > 0) return undefined;
    const captured = this.#bySource(name, text, text, meanings);
    if (isPlaceless) this.#placeless.set(key, captured);
    return captured;
  }

  /** The exact way. */
  #analyse(fn: AnyFunction, name: string, text: string, action: string): CapturedFunction {
    const parsed = this.#parse(name, text);
    const meanings = parsed && this.#resolver.resolve(fn, name, parsed.needs.names, this.#inspect());
    const refusal = reasonAgainst(parsed, meanings, this.#inspector !== null);
    if (refusal === undefined && parsed && meanings) return this.#bySource(name, text, parsed.expression, meanings);
    const inspector = this.#inspect();
    const reference = inspector && findExport(fn, inspector, this.#parser);
    if (reference !== undefined) return byReference(reference, action);
    const place = inspector?.placeOf(fn);
    const gravest = place !== undefined && isPlatform(place) ? refusePlatform(name) : refusal ?? REFUSED_TEXT;
    throw refused(action, labelOf(name), gravest);
  }

  #bySource(name: string, text: string, expression: string, { selves, library }: Meanings): CapturedFunction {
    const captured = pack(labelOf(name), { kind: "source", name, text: expression, selves, library });
    this.origins.remember(captured.hash, { name: captured.name, text, expression });
    return captured;
  }

  #parse(name: string, text: string): FunctionText | undefined {
    const key = keyOf(name, text);
    const known = this.#texts.get(key);
    if (known !== undefined) return known ?? undefined;
    const parsed = parseFunctionText(this.#parser.load(), text, name);
    this.#texts.set(key, parsed ?? null);
    return parsed;
  }

  #inspect(): FunctionInspector | undefined {
    if (this.#inspector === undefined) this.#inspector = FunctionInspector.open() ?? null;
    return this.#inspector ?? undefined;
  }
}

function keyOf(name: string, text: string): string {
  return `${name}\n${text}`;
}

function labelOf(name: string): string {
  return name || "lambda";
}

/** What speaks against travelling by source, the gravest first; undefined when nothing does. */
function reasonAgainst(
  parsed: FunctionText | undefined,
  meanings: Meanings | undefined,
  isInspected: boolean,
): FunctionRefusal | undefined {
  if (parsed === undefined || meanings === undefined) return REFUSED_TEXT;
  if (parsed.needs.callsEval) return REFUSED_EVAL;
  if (meanings.missing.length > 0) return refuseNames(meanings.missing, isInspected);
  if (parsed.needs.relativeImports.length > 0) return refuseImports(parsed.needs.relativeImports);
  return undefined;
}

function byReference(reference: ModuleReference, action: string): CapturedFunction {
  if (reference.url === mainModule()) {
    const what = `Cannot ${action} ${describe(reference.name)}: ${describe(reference.url)} is the main module`;
    throw troupeError("input/invalid", what, { hint: "Submit the function itself, or move it to a module of its own" });
  }
  return pack(reference.name, reference);
}

function pack(name: string, content: CodeContent): CapturedFunction {
  const { code, hash } = encodeCode(content);
  return { hash, name, code };
}
