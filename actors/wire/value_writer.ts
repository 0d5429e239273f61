import { troupeError } from "../base/errors.ts";
import { BufferTable } from "./buffer_table.ts";
import { ByteWriter } from "./byte_writer.ts";
import { writeError } from "./error_value.ts";
import { EXT_MARK, EXT_REFERENCE } from "./extension.ts";
import { IdentityList } from "./identity_list.ts";
import { writerOf } from "./object_writers.ts";
import * as mark from "./value_mark.ts";
import { type PathStep, pathText, refusalOf, RefusedValue, type ValueRefusal } from "./value_refusal.ts";
import type { ErrorRules, ValueSink } from "./value_sink.ts";

/** What stands for a value that a hook knows: `payload` is a value itself. */
export interface SpecialValue {
  /** Tells the reading hook what it is. */
  readonly tag: string;
  /** All that the reading hook needs; must not lead back to the value itself. */
  readonly payload: unknown;
}

/** How to write values, besides the value itself. */
export interface PackOptions {
  /** A buffer of at least so many bytes goes beside the head. */
  readonly besideBytesMin: number;
  /** What the path to a refused value begins with; "value" by default. */
  readonly root?: string;
  /** Asked about functions, symbols and instances of classes, once each; undefined means: not known. */
  readonly special?: { write(value: object | symbol): SpecialValue | undefined };
  /** Makes the error that is thrown for a value that cannot travel. */
  readonly refuse?: (path: string, what: string, hint: string) => Error;
  /** Whether big buffers may be given away without a copy, because nobody will change them. */
  readonly aliasBuffers?: boolean;
  /** For errors that must arrive: what of them cannot travel is replaced by a text that says so, instead of refused. */
  readonly errorRules?: ErrorRules;
}

/** Writes values; used for one after the other. {@linkcode packValue} is how to use it. */
export class ValueWriter implements ValueSink {
  /** Where it writes to. */
  readonly out: ByteWriter = new ByteWriter();
  /** The buffers met. */
  readonly buffers: BufferTable = new BufferTable();
  /** The objects met, in the order in which the reader makes them. */
  readonly #seen = new IdentityList();
  /** The numbers of hooked objects whose payload is being written. */
  readonly #open = new Set<number>();
  /** The steps to the value in work are the first `#depth` ones; the others are left over. */
  readonly #trail: PathStep[] = [];
  #depth = 0;
  #options: PackOptions = NO_OPTIONS;
  /** The error that ends this value, when it is one of ours or of a hook; anything else that is thrown is user code's. */
  #verdict: unknown = NO_VERDICT;

  /** How errors are written that must arrive. */
  get errorRules(): ErrorRules | undefined {
    return this.#options.errorRules;
  }

  /** Encodes a value that is no plain primitive. */
  pack(value: unknown, options: PackOptions): [head: Uint8Array, ...buffers: Uint8Array[]] {
    this.#options = options;
    try {
      this.write(value);
      const { out, buffers } = this;
      if (buffers.size === 0) return [out.take()];
      const beside = buffers.write(out, options.besideBytesMin, options.aliasBuffers === true);
      return [out.take(), ...beside];
    } catch (error) {
      if (error === this.#verdict) throw error;
      throw this.#refusal(unreadable(error), error);
    } finally {
      this.#reset();
    }
  }

  #reset(): void {
    this.out.reset();
    if (this.buffers.size > 0) this.buffers.truncate(0);
    if (this.#seen.size > 0) this.#seen.truncate(0);
    if (this.#open.size > 0) this.#open.clear();
    if (this.#trail.length > 0) this.#trail.length = 0;
    this.#depth = 0;
    this.#options = NO_OPTIONS;
    this.#verdict = NO_VERDICT;
  }

  /** Writes a value, or a reference to where it came before. */
  write(value: unknown): void {
    switch (typeof value) {
      case "string":
        return this.out.text(value);
      case "number":
        return this.out.number(value);
      case "object":
        return value === null ? this.out.nil() : this.#object(value);
      case "undefined":
        return this.out.none();
      case "boolean":
        return this.out.flag(value);
      case "bigint":
        return this.out.bigint(value);
      case "function":
        return this.#object(value);
      case "symbol":
        return this.#unknown(value);
    }
  }

  #object(value: object): void {
    const known = this.#seen.indexOf(value);
    if (known >= 0) return this.#reference(known);
    if (typeof value === "function") return this.#unknown(value);
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      this.#seen.add(value);
      this.#record(value as Record<string, unknown>);
    } else if (prototype === Array.prototype && Array.isArray(value)) {
      this.#seen.add(value);
      this.#array(value);
    } else {
      const write = writerOf(value, prototype);
      if (write === undefined) return this.#unknown(value);
      this.#seen.add(value);
      write(this, value);
    }
  }

  #reference(index: number): void {
    if (this.#open.has(index)) {
      throw this.#refusal({ what: "refers to itself through its codec", hint: "Encode it without the way back" });
    }
    this.out.extIndex(EXT_REFERENCE, index);
  }

  /** Begins something with a mark and so many fields. */
  mark(kind: number, fieldCount: number): void {
    this.out.arrayHead(fieldCount + 1);
    this.out.extByte(EXT_MARK, kind);
  }

  /** Goes one step down; says where it was. */
  #enter(): number {
    const depth = this.#depth;
    if (depth >= mark.VALUE_DEPTH_MAX) {
      const what = `is nested deeper than ${mark.VALUE_DEPTH_MAX} levels`;
      throw this.#refusal({ what, hint: "Pass a flat form of it, such as an array" });
    }
    this.#depth = depth + 1;
    return depth;
  }

  #record(record: Record<string, unknown>): void {
    const depth = this.#enter();
    const keys = Object.keys(record);
    this.out.mapHead(keys.length);
    for (const key of keys) {
      this.#trail[depth] = key;
      this.out.text(key);
      this.write(record[key]);
    }
    this.#depth = depth;
  }

  #array(array: readonly unknown[]): void {
    if (!isDense(array)) return this.#sparse(array);
    const depth = this.#enter();
    const { length } = array;
    this.out.arrayHead(length);
    for (let i = 0; i < length; i++) {
      this.#trail[depth] = i;
      this.write(array[i]);
    }
    this.#depth = depth;
  }

  #sparse(array: readonly unknown[]): void {
    const depth = this.#enter();
    const keys = Object.keys(array);
    this.mark(mark.MARK_SPARSE, 1 + keys.length * 2);
    this.out.number(array.length);
    for (const key of keys) {
      const index = Number(key);
      const isIndex = index < array.length && String(index) === key;
      this.#trail[depth] = isIndex ? index : key;
      if (isIndex) this.out.number(index);
      else this.out.text(key);
      this.write(Reflect.get(array, key));
    }
    this.#depth = depth;
  }

  /** Writes fields that are values, each one step down. */
  steps(fields: readonly unknown[], step: (index: number) => PathStep): void {
    const depth = this.#enter();
    for (let i = 0; i < fields.length; i++) {
      const value = fields[i];
      if (!isPlainPrimitive(value)) this.#trail[depth] = step(i);
      this.write(value);
    }
    this.#depth = depth;
  }

  /** What no one here knows: asks the hook. */
  #unknown(value: object | symbol): void {
    const known = typeof value === "symbol" ? this.#seen.indexOf(value) : -1;
    if (known >= 0) return this.#reference(known);
    const special = this.#ask(value);
    if (special !== undefined) return this.#special(value, special);
    if (!(value instanceof Error)) throw this.#refusal(refusalOf(value));
    this.#seen.add(value);
    writeError(this, value);
  }

  #ask(value: object | symbol): SpecialValue | undefined {
    try {
      return this.#options.special?.write(value);
    } catch (error) {
      if (error instanceof RefusedValue) throw this.#refusal(error.refusal, error.cause);
      this.#verdict = error;
      throw error;
    }
  }

  #special(value: object | symbol, special: SpecialValue): void {
    const index = this.#seen.add(value);
    this.#open.add(index);
    this.mark(mark.MARK_SPECIAL, 2);
    this.out.text(special.tag);
    const depth = this.#enter();
    this.#trail[depth] = "payload";
    this.write(special.payload);
    this.#depth = depth;
    this.#open.delete(index);
  }

  /** The properties of an error, as key, value, ...; each may be replaced by a text, if the options say so. */
  entries(entries: readonly (readonly [key: string, value: unknown])[]): void {
    const depth = this.#enter();
    for (const [key, value] of entries) {
      this.#trail[depth] = key;
      this.out.text(key);
      if (this.#options.errorRules !== undefined) this.#loose(value);
      else this.write(value);
    }
    this.#depth = depth;
  }

  #loose(value: unknown): void {
    const { at } = this.out;
    const [seen, buffers, depth, open] = [this.#seen.size, this.buffers.size, this.#depth, [...this.#open]];
    try {
      this.write(value);
    } catch (error) {
      this.out.at = at;
      this.#seen.truncate(seen);
      this.buffers.truncate(buffers);
      this.#depth = depth;
      this.#open.clear();
      for (const index of open) this.#open.add(index);
      this.#verdict = NO_VERDICT;
      this.out.text(`(did not travel: ${error instanceof Error ? error.message : "thrown"})`);
    }
  }

  /** Refuses the value in work. */
  refuse(refusal: ValueRefusal): never {
    throw this.#refusal(refusal);
  }

  #refusal(refusal: ValueRefusal, cause?: unknown): Error {
    const { root = "value", refuse } = this.#options;
    const path = pathText(root, this.#trail.slice(0, this.#depth));
    const { what, hint } = refusal;
    const error = refuse?.(path, what, hint) ??
      troupeError("task/not-serializable", `Cannot encode value: "${path}" ${what}`, {
        hint,
        cause,
        details: { path },
      });
    if (cause !== undefined && error.cause === undefined) error.cause = cause;
    this.#verdict = error;
    return error;
  }
}

function isPlainPrimitive(value: unknown): boolean {
  return value === null || typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol";
}

const NO_OPTIONS: PackOptions = { besideBytesMin: Infinity };
const NO_VERDICT = Symbol("no verdict");
/** Arrays up to this length are searched for properties of their own; longer ones only for those the language sets. */
const SEARCHED_LENGTH_MAX = 1024;
const LANGUAGE_PROPERTIES = ["index", "input", "groups", "indices"] as const;

function isDense(array: readonly unknown[]): boolean {
  const { length } = array;
  for (let i = 0; i < length; i++) if (array[i] === undefined && !Object.hasOwn(array, i)) return false;
  // Nothing tells the number of own properties without making a text of every index.
  if (length <= SEARCHED_LENGTH_MAX) return Object.keys(array).length === length;
  return !LANGUAGE_PROPERTIES.some((name) => Object.hasOwn(array, name));
}

function unreadable(error: unknown): ValueRefusal {
  if (error instanceof RangeError && error.message.startsWith("Maximum call stack")) {
    return { what: "is nested too deeply", hint: "Pass a flat form of it, such as an array" };
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : "it throws";
  return { what: `cannot be read (${text})`, hint: "Pass a copy that holds data only" };
}
