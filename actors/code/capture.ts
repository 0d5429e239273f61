import { describe, troupeError } from "../base/errors.ts";
import { type Packed, packedBytes } from "../protocol/packed.ts";
import { packValue } from "../wire/value_codec.ts";
import { type AnyFunction, type CapturedFunction, isFunction, REQUIRES_NOTHING } from "./captured_function.ts";
import { moduleReferenceOf } from "./from_module.ts";
import { partName } from "./code_frames.ts";
import { type CodeContent, encodeCode, type ModuleReference } from "./function_code.ts";
import { FunctionInspector, mainModule } from "./function_inspector.ts";
import { FunctionOrigins } from "./function_origins.ts";
import { FunctionReader, isOldClass, labelOf, nameOf } from "./function_reader.ts";
import { LANGUAGE_NAMES } from "./global_names.ts";
import { GroupBuilder, type SpecialWriter } from "./group_builder.ts";
import { LibraryNames } from "./library_names.ts";
import { ModuleUnits } from "./module_units.ts";
import { scanNames } from "./name_scan.ts";
import { Parser } from "./parser.ts";
import { RecentMap } from "./recent_map.ts";
import { type CaptureErrand, refuseAsTask, refused } from "./refusal.ts";
import { revivedFrom } from "./revived_functions.ts";
import { shippedExportOf } from "./shipped_modules.ts";
import { ScriptReader } from "./script_reader.ts";

/** Texts whose analysis is kept. */
const TEXTS_MAX = 1_000;
/** Buffers of at least so many bytes go beside the head of an environment. */
const BESIDE_BYTES_MIN = 4_096;
/** More than this is worth a warning, */
const WARNED_BYTES_MIN = 1_048_576;
/** and more than this is refused. */
const CAPTURED_BYTES_MAX = 67_108_864;

/** What is known of a function that was captured before. */
type Known =
  | { readonly kind: "final"; readonly captured: CapturedFunction }
  | { readonly kind: "closure"; readonly builder: GroupBuilder; captured: CapturedFunction; partCount: number };

/**
 * Takes functions for a journey. The sending side of `Reviver`.
 *
 * By reference: exports of modules other than the main one, Troupe's own exports, functions of the platform. By value:
 * all others, as text and values of their variables, with every function that these lead to. What cannot travel is refused,
 * with the way to it.
 */
export class Capturer {
  readonly #parser = new Parser();
  readonly #library: LibraryNames;
  readonly #reader: FunctionReader;
  /** Knows where the functions were written that travel by value. */
  readonly origins: FunctionOrigins = new FunctionOrigins();
  readonly #warn: (text: string) => void;
  /** One entry per function object whose variables never change. */
  readonly #known = new WeakMap<AnyFunction, Known>();
  /** By name and text, of functions that mean the same wherever they stand: a lambda is a new object each time. */
  readonly #placeless = new RecentMap<string, Known | "other">(TEXTS_MAX);
  /** By the text of their code, of those whose variables change: coding and hashing is most of a capture. */
  readonly #coded = new RecentMap<string, { readonly code: CapturedFunction["code"]; readonly hash: string }>(
    TEXTS_MAX,
  );
  /** Names of functions that were warned about. */
  readonly #warned = new Set<string>();
  /** Which modules travel along. */
  readonly #units: ModuleUnits;
  /** Undefined before the first use, null where V8 may not be asked. */
  #inspector: FunctionInspector | null | undefined;
  /** Whether the inspector is to be closed at the end of this microtask. */
  #isClosing = false;

  /**
   * Makes one. Costs nothing until the first capture.
   *
   * @param library Troupe's own exports by name, which every `Reviver` has.
   * @param warn Told what is worth knowing, as one line.
   */
  constructor(library: Readonly<Record<string, unknown>>, warn: (text: string) => void = () => {}) {
    this.#library = new LibraryNames(library);
    this.#warn = warn;
    const inspector = () => this.#inspect();
    this.#units = new ModuleUnits(this.#parser, inspector);
    const scripts = new ScriptReader(this.#parser, inspector);
    this.#reader = new FunctionReader({ parser: this.#parser, scripts, library: this.#library, inspector });
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

  /** From now on modules of the program travel with the functions that need them: for workers that may be anywhere. */
  shipModules(): void {
    this.#units.shipAll();
  }

  /**
   * A task as it travels, with the values that its variables have now.
   *
   * @param fn What the user handed over.
   * @param action What failed if it cannot: `"submit task"`.
   * @param special Writes futures and other special values among the values of its variables.
   * @throws {TroupeError} `input/invalid` when it is no function or names the main module; `task/not-serializable` when it
   * does not travel, with `details.path` to what does not, and `details.names` if it is for what it uses.
   */
  capture(fn: unknown, action: string, special?: SpecialWriter): CapturedFunction {
    if (!isFunction(fn)) throw troupeError("input/invalid", `Cannot ${action}: ${describe(fn)} is not a function`);
    const known = this.#known.get(fn) ?? this.#scan(fn, action);
    if (known?.kind === "final") return known.captured;
    const errand: CaptureErrand = { action, name: labelOf(nameOf(fn)) };
    if (known !== undefined) return this.#refresh(known, errand, special);
    const refusal = refuseAsTask(fn, Function.prototype.toString.call(fn));
    if (refusal !== undefined) throw refused(errand, refusal);
    return this.#capture(fn, errand, special);
  }

  /**
   * A function within a value, as it travels: classes and generator functions too.
   *
   * @param fn The function.
   * @param action What failed if it cannot: `"scatter"`.
   * @param special Writes futures and other special values among the values of its variables.
   * @throws {TroupeError} As `capture`.
   */
  captureValue(fn: AnyFunction, action: string, special?: SpecialWriter): CapturedFunction {
    const known = this.#known.get(fn) ?? this.#scan(fn, action);
    if (known?.kind === "final") return known.captured;
    const errand: CaptureErrand = { action, name: labelOf(nameOf(fn)), isValue: true };
    if (known !== undefined) return this.#refresh(known, errand, special);
    return this.#capture(fn, errand, special);
  }

  /** The fast way, without parser and inspector: functions that came from elsewhere, and those that use next to nothing. */
  #scan(fn: AnyFunction, action: string): Known | undefined {
    const revived = revivedFrom(fn)?.captured;
    if (revived !== undefined) return this.#remember(fn, { kind: "final", captured: revived });
    const reference = shippedExportOf(fn)?.reference ?? moduleReferenceOf(fn);
    if (reference !== undefined) return this.#remember(fn, { kind: "final", captured: this.#refer(reference, action) });
    const name = nameOf(fn);
    const text = Function.prototype.toString.call(fn);
    const key = `${name}\n${text}`;
    const known = this.#placeless.get(key);
    if (known === "other" || Object.keys(fn).length > 0 || isOldClass(fn, text)) return undefined;
    if (known !== undefined) return this.#remember(fn, known);
    if (scanNames(text)?.names.isSubsetOf(LANGUAGE_NAMES) !== true || refuseAsTask(fn, text) !== undefined) {
      this.#placeless.set(key, "other");
      return undefined;
    }
    const part = {
      kind: "source",
      name,
      text,
      uses: [],
      written: [],
      metaUrl: "",
      properties: undefined,
    } as const;
    const found: Known = {
      kind: "final",
      captured: {
        ...encodeCode({ kind: "group", parts: [part], slotCount: 0 }),
        ...{ name: labelOf(name), requires: REQUIRES_NOTHING, environment: undefined },
      },
    };
    this.origins.remember(found.captured.hash, { name: found.captured.name, text, expression: text });
    this.#placeless.set(key, found);
    return this.#remember(fn, found);
  }

  #remember(fn: AnyFunction, known: Known): Known {
    this.#known.set(fn, known);
    return known;
  }

  #capture(fn: AnyFunction, errand: CaptureErrand, special: SpecialWriter | undefined): CapturedFunction {
    const builder = new GroupBuilder(this.#reader);
    builder.begin(fn, errand, special);
    const environment = builder.pack(errand, special, BESIDE_BYTES_MIN);
    const captured = this.#code(errand, builder, environment);
    this.#checkSize(builder, environment, errand);
    if (builder.isStable) {
      const known: Known = builder.isConstant
        ? { kind: "final", captured }
        : { kind: "closure", builder, captured, partCount: builder.size };
      this.#known.set(fn, known);
    }
    return captured;
  }

  /** The same function once more: only the content of its variables may have changed. */
  #refresh(
    known: Extract<Known, { kind: "closure" }>,
    errand: CaptureErrand,
    special: SpecialWriter | undefined,
  ): CapturedFunction {
    const environment = known.builder.pack(errand, special, BESIDE_BYTES_MIN);
    this.#checkSize(known.builder, environment, errand);
    if (known.builder.size === known.partCount) return { ...known.captured, environment };
    known.partCount = known.builder.size;
    return known.captured = this.#code(errand, known.builder, environment);
  }

  /** An export, by reference. */
  #refer(reference: ModuleReference, action: string): CapturedFunction {
    const { name } = checked(reference);
    const { parts, requires } = this.#units.refer([reference], `${action} ${describe(name)}`);
    return { ...encodeCode(parts[0] ?? reference), name, requires, environment: undefined };
  }

  #code({ action, name }: CaptureErrand, builder: GroupBuilder, environment: Packed): CapturedFunction {
    const { parts, requires } = this.#units.refer(builder.group.parts, `${action} ${describe(name)}`);
    const group = { ...builder.group, parts };
    const [only] = parts;
    const content: CodeContent = only?.kind === "module" ? only : group;
    const key = JSON.stringify(content);
    const known = this.#coded.get(key) ?? this.#encode(content, builder);
    this.#coded.set(key, known);
    return { ...known, name: only?.kind === "module" ? only.name : name, requires, environment };
  }

  #encode(content: CodeContent, builder: GroupBuilder): ReturnType<typeof encodeCode> {
    const encoded = encodeCode(content);
    if (content.kind === "module") return encoded;
    for (const [index, text] of builder.originals) {
      const part = content.parts[index];
      if (part?.kind !== "source") continue;
      this.origins.remember(partName(encoded.hash, index), { name: labelOf(part.name), text, expression: part.text });
    }
    return encoded;
  }

  #checkSize(builder: GroupBuilder, environment: Packed, { action, name }: CaptureErrand): void {
    const bytes = packedBytes(environment);
    if (bytes < WARNED_BYTES_MIN || (bytes <= CAPTURED_BYTES_MAX && this.#warned.has(name))) return;
    const { name: variable } = builder.largest((value) => measure(value));
    const what = `it captures ${mebibytes(bytes)}, most of it in variable ${describe(variable)}`;
    const hint = `Put it into the cluster once, and pass the future: client.scatter(${variable})`;
    if (bytes > CAPTURED_BYTES_MAX) {
      throw refused({ action, name }, { reason: `${what}; at most 64 MiB travel`, hint, names: [variable] });
    }
    this.#warned.add(name);
    this.#warn(`Task ${describe(name)} is slow to ${action.split(" ")[0]}: ${what}. ${hint}`);
  }

  #inspect(): FunctionInspector | undefined {
    if (this.#inspector === undefined) this.#inspector = FunctionInspector.open() ?? null;
    if (this.#inspector !== null && !this.#isClosing) {
      // One session for all captures of a stretch of code; while one is open, starting a thread takes half a second.
      this.#isClosing = true;
      queueMicrotask(() => {
        this.#isClosing = false;
        this.#inspector?.close();
      });
    }
    return this.#inspector ?? undefined;
  }
}

function checked(reference: ModuleReference): ModuleReference {
  if (reference.url !== mainModule()) return reference;
  const what = `Cannot refer to ${describe(reference.name)}: ${describe(reference.url)} is the main module`;
  throw troupeError("input/invalid", what, { hint: "Submit the function itself, or move it to a module of its own" });
}

/** About how many bytes a value takes: as encoded, with text in place of what only its owner can encode. */
function measure(value: unknown): number {
  const special = { write: () => ({ tag: "", payload: "" }) };
  return packedBytes(packValue(value, { besideBytesMin: Infinity, special }));
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
