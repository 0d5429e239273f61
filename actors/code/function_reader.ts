import { troupeError } from "../base/errors.ts";
import type { AnyFunction } from "./captured_function.ts";
import { WHOLE_LIBRARY } from "./code_names.ts";
import { moduleReferenceOf } from "./from_module.ts";
import type { LeafPart } from "./function_code.ts";
import { findBinding, type FunctionInspector, type FunctionLook, isRepl, mainModule } from "./function_inspector.ts";
import { type FunctionText, HERITAGE, parseFunctionText, scanFunctionText } from "./function_text.ts";
import type { CapturedVariable, FunctionView, SourceView } from "./function_view.ts";
import { GlobalFunctions } from "./global_functions.ts";
import { GLOBAL_NAMES } from "./global_names.ts";
import { findExport, isPlatform, OWN_DOOR } from "./module_export.ts";
import type { LibraryNames } from "./library_names.ts";
import { scanNames } from "./name_scan.ts";
import type { Parser } from "./parser.ts";
import { RecentMap } from "./recent_map.ts";
import {
  isNativeText,
  REFUSED_EVAL,
  REFUSED_PROTOTYPE,
  REFUSED_TEXT,
  RefusedFunction,
  refuseImports,
  refuseNames,
  refuseNamespace,
  refuseNative,
  refusePlatform,
  refuseUnready,
} from "./refusal.ts";
import { replBinding } from "./repl_scope.ts";
import { revivedFrom } from "./revived_functions.ts";
import { shippedExportOf, shippedImport } from "./shipped_modules.ts";
import type { ScriptFacts } from "./script_facts.ts";
import type { ScriptReader } from "./script_reader.ts";

/** Texts whose analysis is kept. */
const TEXTS_MAX = 1_000;
/** Words that mean something around a function, but are no bindings that travel. */
const NO_BINDING = /^(?:this|super|arguments|new\.target|#.*)$/;
const META_WORD = "import.meta";

const NOT_LOOKED: FunctionLook = { place: undefined, scopes: [] };

/** What V8 may be asked through. */
export interface ReaderTools {
  /** Parses. */
  readonly parser: Parser;
  /** Reads scripts. */
  readonly scripts: ScriptReader;
  /** Troupe's own exports. */
  readonly library: LibraryNames;
  /** Asks V8; undefined where it may not be asked. */
  inspector(): FunctionInspector | undefined;
}

/** Looks at functions: how each one travels, and what it captures. */
export class FunctionReader {
  readonly #tools: ReaderTools;
  readonly #globals = new GlobalFunctions();
  /** By name and text; null for one that cannot stand alone. */
  readonly #texts = new RecentMap<string, FunctionText | null>(TEXTS_MAX);
  /** Of functions whose variables never change. */
  readonly #views = new WeakMap<AnyFunction, FunctionView>();
  /** Functions that are no export of any module. */
  readonly #private = new WeakSet<AnyFunction>();

  constructor(tools: ReaderTools) {
    this.#tools = tools;
  }

  /**
   * How a function travels, with the values that its variables have now.
   *
   * @throws {RefusedFunction} When it does not.
   */
  read(fn: AnyFunction): FunctionView {
    const known = this.#views.get(fn);
    if (known !== undefined) return known;
    const view = this.#read(fn);
    if (view.kind !== "source" || view.isStable) this.#views.set(fn, view);
    return view;
  }

  #read(fn: AnyFunction): FunctionView {
    const reference = shippedExportOf(fn)?.reference ?? moduleReferenceOf(fn);
    if (reference !== undefined) return { kind: "leaf", part: reference };
    const revived = revivedFrom(fn);
    if (revived !== undefined) return revived.view;
    const exported = this.#tools.library.nameOf(fn);
    if (exported !== undefined) return { kind: "leaf", part: { kind: "library", name: exported } };
    const text = Function.prototype.toString.call(fn);
    const name = nameOf(fn);
    if (isNativeText(text)) return this.#readNative(fn, name);
    const inspector = this.#tools.inspector();
    const look = inspector?.lookAt(fn) ?? NOT_LOOKED;
    // Functions of modules other than the main one have state of their own.
    const part = this.#private.has(fn) ? undefined : inspector && findExport(fn, look, this.#tools.scripts);
    if (part !== undefined) return { kind: "leaf", part };
    this.#private.add(fn);
    return this.#readSource(fn, name, text, look);
  }

  #readNative(fn: AnyFunction, name: string): FunctionView {
    const path = this.#globals.pathOf(fn);
    if (path !== undefined) return { kind: "leaf", part: { kind: "global", path } };
    const bound = this.#tools.inspector()?.boundOf(fn);
    if (bound === undefined) throw new RefusedFunction(labelOf(name), refuseNative(name));
    return { kind: "bound", target: bound.target, values: [bound.self, bound.args] };
  }

  #readSource(fn: AnyFunction, name: string, text: string, look: FunctionLook): SourceView {
    const inspector = this.#tools.inspector();
    if (look.place !== undefined && isPlatform(look.place)) {
      throw new RefusedFunction(labelOf(name), refusePlatform(name));
    }
    // A text that took more once would take it again.
    const isKnown = this.#texts.get(textKey(name, text)) !== undefined;
    const quick = inspector && !isKnown ? this.#readQuickly(fn, name, text, look) : undefined;
    if (quick !== undefined) return quick;
    const parsed = this.#parse(name, text);
    if (parsed === undefined) throw new RefusedFunction(labelOf(name), REFUSED_TEXT);
    const { needs, expression, written } = parsed;
    if (needs.callsEval) throw new RefusedFunction(labelOf(name), REFUSED_EVAL);
    const script = () => this.#tools.scripts.of(look.place);
    const scope = new ScopeReading(fn, labelOf(name), look, script, this.#tools);
    if (needs.heritage !== undefined) scope.addValue(HERITAGE, Object.getPrototypeOf(fn));
    for (const used of needs.names) scope.add(used);
    if (scope.missing.length > 0) {
      throw new RefusedFunction(labelOf(name), refuseNames(scope.missing, inspector !== undefined || isRepl()));
    }
    if (needs.relativeImports.length > 0) {
      throw new RefusedFunction(labelOf(name), refuseImports(needs.relativeImports));
    }
    const metaUrl = needs.names.has(META_WORD) ? look.place?.url ?? "" : "";
    const properties = propertiesOf(fn, text, labelOf(name));
    return {
      kind: "source",
      name,
      text: expression,
      original: text,
      variables: scope.variables,
      written,
      metaUrl,
      properties,
      isStable: scope.isStable && properties === undefined,
    };
  }

  /**
   * Functions that use nothing but themselves, globals and Troupe: no parser has to be loaded for them. Whether such names
   * mean what they seem to, V8 says.
   */
  #readQuickly(fn: AnyFunction, name: string, text: string, look: FunctionLook): SourceView | undefined {
    const scan = scanNames(text);
    if (scan === undefined || Object.keys(fn).length > 0 || isOldClass(fn, text)) return undefined;
    const variables: CapturedVariable[] = [];
    for (const used of scan.names) {
      const binding = findBinding(look.scopes, used);
      const exported = binding.isFound ? this.#tools.library.nameOf(binding.value) : undefined;
      if (exported !== undefined) {
        variables.push({ name: used, kind: "leaf", part: { kind: "library", name: exported } });
      } else if (binding.isFound && binding.value === fn) variables.push({ name: used, kind: "value", value: fn });
      else if (binding.isFound || !GLOBAL_NAMES.has(used)) return undefined;
    }
    return {
      kind: "source",
      name,
      text,
      original: text,
      variables,
      written: [],
      metaUrl: "",
      properties: undefined,
      isStable: true,
    };
  }

  #parse(name: string, text: string): FunctionText | undefined {
    const key = textKey(name, text);
    const known = this.#texts.get(key);
    if (known !== undefined) return known ?? undefined;
    const parsed = scanFunctionText(text) ?? parseFunctionText(this.#tools.parser.load(), text, name);
    this.#texts.set(key, parsed ?? null);
    return parsed;
  }
}

function textKey(name: string, text: string): string {
  return `${name}\n${text}`;
}

/** Finds out what the names of one function mean. */
class ScopeReading {
  readonly variables: CapturedVariable[] = [];
  readonly missing: string[] = [];
  isStable = true;
  readonly #fn: AnyFunction;
  readonly #label: string;
  readonly #look: FunctionLook;
  /** Read when a name is found that it may tell about. */
  readonly #script: () => ScriptFacts;
  readonly #tools: ReaderTools;

  constructor(
    fn: AnyFunction,
    label: string,
    look: FunctionLook,
    script: () => ScriptFacts,
    tools: ReaderTools,
  ) {
    this.#fn = fn;
    this.#label = label;
    this.#look = look;
    this.#script = script;
    this.#tools = tools;
  }

  add(name: string): void {
    if (name === META_WORD) {
      if (this.#look.place === undefined) this.missing.push(name);
      return;
    }
    if (NO_BINDING.test(name)) return void this.missing.push(name);
    if (this.#tools.inspector() === undefined) return this.#addByName(name);
    const binding = findBinding(this.#look.scopes, name);
    if (!binding.isFound) {
      if (!GLOBAL_NAMES.has(name)) this.missing.push(name);
      return;
    }
    if (!binding.isReady) throw new RefusedFunction(this.#label, refuseUnready(name));
    if (binding.isModule && this.#addImport(name, binding.value)) return;
    if (this.#script().mayChange(name)) this.isStable = false;
    this.addValue(name, binding.value);
  }

  /** Without V8's help. */
  #addByName(name: string): void {
    if (GLOBAL_NAMES.has(name)) return;
    const binding = isRepl() ? replBinding(name) : undefined;
    if (binding?.isFound === true) {
      this.isStable = false;
      this.addValue(name, binding.value);
    } else if (name === this.#fn.name) this.variables.push({ name, kind: "value", value: this.#fn });
    else if (this.#tools.library.has(name)) this.#addLeaf(name, { kind: "library", name });
    else this.missing.push(name);
  }

  #addLeaf(name: string, part: LeafPart): void {
    this.variables.push({ name, kind: "leaf", part });
  }

  /** An imported name; false when it is none, or one that travels by value. */
  #addImport(alias: string, value: unknown): boolean {
    const exported = this.#tools.library.nameOf(value);
    if (exported !== undefined) {
      this.#addLeaf(alias, { kind: "library", name: exported });
      return true;
    }
    const imported = this.#script().imports.get(alias);
    if (imported === undefined || imported.isData) return false;
    const { exported: name, specifier } = imported;
    const place = this.#look.place?.url ?? "";
    const reference = shippedImport(place, specifier) ?? { url: resolveImport(specifier, place) };
    if (reference.url === mainModule()) return false;
    if (reference.url === OWN_DOOR) this.#addLeaf(alias, { kind: "library", name });
    else this.#addLeaf(alias, { kind: "module", name, ...reference });
    return true;
  }

  /** A name that stands for this value. */
  addValue(name: string, value: unknown): void {
    const exported = this.#tools.library.nameOf(value);
    if (exported !== undefined) return this.#addLeaf(name, { kind: "library", name: exported });
    if (isNamespace(value)) {
      if (!this.#tools.library.isWhole(value)) throw new RefusedFunction(this.#label, refuseNamespace(name));
      return this.#addLeaf(name, { kind: "library", name: WHOLE_LIBRARY });
    }
    this.variables.push({ name, kind: "value", value });
  }
}

function isNamespace(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null &&
    Reflect.get(value, Symbol.toStringTag) === "Module";
}

/** What an import declaration means. Import maps hold for a whole program, so that this module's sees the user's. */
function resolveImport(specifier: string, from: string): string {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, from).href;
  try {
    return import.meta.resolve(specifier);
  } catch (cause) {
    throw troupeError("task/not-serializable", `Cannot resolve ${JSON.stringify(specifier)}, imported by ${from}`, {
      hint: "Import it by an absolute specifier, such as npm:name@version",
      cause,
    });
  }
}

/** What was put on a function by hand. Static members of classes are made anew with the class. */
function propertiesOf(fn: AnyFunction, text: string, label: string): Record<string, unknown> | undefined {
  if (/^class\b/.test(text)) return undefined;
  if (isOldClass(fn, text)) throw new RefusedFunction(label, REFUSED_PROTOTYPE);
  return Object.keys(fn).length === 0 ? undefined : { ...fn };
}

/** Whether a function has methods that were put on its prototype by hand. */
export function isOldClass(fn: AnyFunction, text: string): boolean {
  if (!/^function\b(?!\s*\*)/.test(text)) return false;
  const prototype: unknown = Reflect.get(fn, "prototype");
  if (typeof prototype !== "object" || prototype === null) return false;
  return Reflect.ownKeys(prototype).some((key) => key !== "constructor") ||
    Object.getPrototypeOf(prototype) !== Object.prototype;
}

/** A function's name, whatever it says of itself. */
export function nameOf(fn: AnyFunction): string {
  const name: unknown = fn.name;
  return typeof name === "string" ? name : "";
}

/** How a function of this name is called in messages and keys. */
export function labelOf(name: string): string {
  return name || "lambda";
}
