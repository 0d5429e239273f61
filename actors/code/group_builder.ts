import { troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import { packValue } from "../wire/value_codec.ts";
import { CODEC_HINT } from "../wire/value_refusal.ts";
import type { PackOptions, SpecialValue } from "../wire/value_writer.ts";
import { type AnyFunction, isFunction } from "./captured_function.ts";
import type { CodePart, FunctionGroup, LeafPart, NameUse, SourcePart } from "./function_code.ts";
import { PART_TAG } from "./code_names.ts";
import { type FunctionReader, labelOf } from "./function_reader.ts";
import type { CapturedVariable, FunctionView, SourceView } from "./function_view.ts";
import { type CaptureErrand, refused, RefusedFunction, refusedValue, refusedWithin } from "./refusal.ts";

/** What the path to a refused value begins with. */
const ROOT = "env";
/** Each pass finds functions inside the data of those found before. */
const PASSES_MAX = 1_000;

/** How special values within an environment are written: futures, actor refs, instances of registered classes. */
export interface SpecialWriter {
  /** Undefined for what it does not know. */
  write(value: object | symbol): SpecialValue | undefined;
  /** Whether it writes this function, or class, itself: then it does not become a part of what it is captured with. */
  owns?(fn: AnyFunction): boolean;
}

/** One value of an environment. */
interface Slot {
  /** Its variable, or what else it is: for messages. */
  readonly name: string;
  /** The function that uses it. */
  readonly owner: string;
  /** The value of the moment. */
  readonly value: unknown;
}

/** A function with all that it reaches, being collected. The order of its parts follows from the code alone. */
export class GroupBuilder {
  readonly #reader: FunctionReader;
  readonly #parts: (CodePart | undefined)[] = [];
  /** The parts of functions, and of what is used by reference, by its JSON text. */
  readonly #known = new Map<unknown, number>();
  /** Parts that are not yet looked at. */
  readonly #pending: [index: number, view: FunctionView, label: string][] = [];
  readonly #slots: Slot[] = [];
  readonly #originals = new Map<number, string>();
  /** Who may own functions. */
  #special: SpecialWriter | undefined;
  #isStable = true;

  constructor(reader: FunctionReader) {
    this.#reader = reader;
  }

  /** Whether none of the variables can have another value later. */
  get isStable(): boolean {
    return this.#isStable;
  }

  /** Whether the environment can never differ: it holds primitives of variables that never change. */
  get isConstant(): boolean {
    return this.#isStable && this.#slots.every(({ value }) => Object(value) !== value);
  }

  /** How many parts there are. */
  get size(): number {
    return this.#parts.length;
  }

  /** What travels once. */
  get group(): FunctionGroup {
    return { kind: "group", parts: this.#parts.filter((part) => part !== undefined), slotCount: this.#slots.length };
  }

  /** The texts of its functions, as they stand in their scripts, by part. */
  get originals(): ReadonlyMap<number, string> {
    return this.#originals;
  }

  /** Takes in the function itself, and all that its variables lead to. */
  begin(fn: AnyFunction, errand: CaptureErrand, special?: SpecialWriter): void {
    this.#special = special;
    let isWithin = false;
    try {
      this.#partOf(fn);
      isWithin = true;
      this.#drain();
    } catch (error) {
      if (!(error instanceof RefusedFunction)) throw error;
      throw isWithin ? refusedWithin(errand, error.label, error.refusal) : refused(errand, error.refusal);
    }
  }

  /**
   * The environment as it is now; undefined when there is none. Functions inside its data become parts.
   *
   * @throws {TroupeError} `task/not-serializable` for a value that cannot travel, with the path to it.
   */
  pack(errand: CaptureErrand, special: SpecialWriter | undefined, besideBytesMin: number): Packed {
    if (this.#slots.length === 0) return undefined;
    const options: PackOptions = {
      besideBytesMin,
      root: ROOT,
      special: { write: (value) => this.#write(value, errand, special) },
      refuse: (path, what, hint) => this.#refusal(errand, path, what, hint),
    };
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const count = this.#slots.length;
      const packed = packValue(this.#slots.map(({ value }) => value), options);
      if (this.#slots.length === count) return packed;
    }
    throw refused(errand, { reason: "it reaches functions without end", hint: "Make them inside the task" });
  }

  /** The variable that takes most bytes. */
  largest(measure: (value: unknown) => number): { readonly name: string; readonly bytes: number } {
    const sizes = this.#slots.map(({ name, value }) => ({ name, bytes: measure(value) }));
    return sizes.reduce((a, b) => b.bytes > a.bytes ? b : a, { name: "", bytes: 0 });
  }

  #write(value: object | symbol, errand: CaptureErrand, special: SpecialWriter | undefined): SpecialValue | undefined {
    if (!isFunction(value) || special?.owns?.(value)) return special?.write(value);
    try {
      const index = this.#partOf(value);
      this.#drain();
      return { tag: PART_TAG, payload: index };
    } catch (error) {
      if (!(error instanceof RefusedFunction)) throw error;
      throw refusedWithin(errand, error.label, error.refusal);
    }
  }

  #refusal(errand: CaptureErrand, path: string, what: string, hint: string): Error {
    const [, index = "", rest = ""] = /^env\[(\d+)\]([^]*)$/.exec(path) ?? [];
    const slot = this.#slots[Number(index)];
    if (slot === undefined) return troupeError("task/not-serializable", `Cannot ${errand.action}: ${path} ${what}`);
    // What a function captures is a tool, as a rule, rather than data: a connection has nothing to encode.
    return refusedValue(errand, slot.owner, slot.name + rest, { what, hint: hint.replace(CODEC_HINT, "") });
  }

  #partOf(fn: AnyFunction): number {
    const known = this.#known.get(fn);
    if (known !== undefined) return known;
    const view = this.#reader.read(fn);
    if (view.kind === "leaf") {
      const index = this.#leaf(view.part);
      this.#known.set(fn, index);
      return index;
    }
    const index = this.#parts.push(undefined) - 1;
    this.#known.set(fn, index);
    this.#pending.push([index, view, labelOf(view.kind === "source" ? view.name : "")]);
    return index;
  }

  #leaf(part: LeafPart): number {
    const text = JSON.stringify(part);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const index = this.#parts.push(part) - 1;
    this.#known.set(text, index);
    return index;
  }

  #drain(): void {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      const [index, view, label] = next;
      if (view.kind === "source") {
        this.#originals.set(index, view.original);
        this.#parts[index] = this.#source(view, label);
      } else if (view.kind === "bound") {
        if (!isFunction(view.target)) continue;
        const target = this.#partOf(view.target);
        this.#parts[index] = { kind: "bound", target, slot: this.#slot("its bound values", label, view.values) };
      }
    }
  }

  #source(view: SourceView, label: string): SourcePart {
    if (!view.isStable) this.#isStable = false;
    return {
      kind: "source",
      name: view.name,
      text: view.text,
      uses: view.variables.map((variable) => this.#use(variable, label)),
      written: view.written,
      metaUrl: view.metaUrl,
      properties: view.properties && this.#slot("its own properties", label, view.properties),
    };
  }

  #use(variable: CapturedVariable, owner: string): NameUse {
    const { name } = variable;
    if (variable.kind === "leaf") return [name, "part", this.#leaf(variable.part)];
    if (isFunction(variable.value) && !this.#special?.owns?.(variable.value)) {
      return [name, "part", this.#partOf(variable.value)];
    }
    return [name, "slot", this.#slot(name, owner, variable.value)];
  }

  #slot(name: string, owner: string, value: unknown): number {
    return this.#slots.push({ name, owner, value }) - 1;
  }
}
