import { ByteReader, malformedBytes } from "./byte_reader.ts";
import { addErrorEntry, makeDomException, makeError, makeTroupeError } from "./error_value.ts";
import { EXT_BESIDE, EXT_MARK, EXT_REFERENCE, EXT_TEXT16, EXT_UNDEFINED } from "./extension.ts";
import { setOwnProperty } from "./message_codec.ts";
import * as mark from "./value_mark.ts";

/** How to read values. */
export interface UnpackOptions {
  /** Makes what the writing hook has taken apart. */
  readonly special?: { read(tag: string, payload: unknown): unknown };
  /** Whether the value may keep the buffers beside the head as its own memory, because nobody else needs them. */
  readonly adoptBuffers?: boolean;
}

/** Stands for an object whose parts are still being read. */
const UNFINISHED = Symbol("unfinished");
const NO_VERDICT = Symbol("no verdict");
const FOOTER_BYTES = 5;
const LENGTH_MAX = 0xffff_ffff;

/** Reads values from untrusted bytes; used for one after the other. {@linkcode unpackValue} is how to use it. */
export class ValueReader {
  readonly #in = new ByteReader();
  /** The objects made, in order of first appearance. */
  #objects: unknown[] = [];
  /** The buffers of the value; undefined until the first one is asked for. */
  #buffers: (ArrayBuffer | SharedArrayBuffer)[] | undefined;
  #beside: readonly Uint8Array[] = [];
  #options: UnpackOptions = {};
  /** What the hook threw: passed on as it is. */
  #verdict: unknown = NO_VERDICT;

  /** Decodes a value. */
  unpack(head: Uint8Array, beside: readonly Uint8Array[], options: UnpackOptions): unknown {
    this.#beside = beside;
    this.#options = options;
    this.#in.reset(head);
    try {
      const value = this.#read(0);
      this.#in.finish();
      return value;
    } catch (error) {
      // Constructors refuse bad parts in their own words.
      if (error !== this.#verdict && isConstructorError(error)) throw malformedBytes(error.message, error);
      throw error;
    } finally {
      this.#in.release();
      this.#objects = [];
      this.#buffers = undefined;
      this.#beside = [];
      this.#options = {};
      this.#verdict = NO_VERDICT;
    }
  }

  #read(depth: number): unknown {
    const input = this.#in;
    const lead = input.u8();
    if (lead < 0x80) return lead;
    if (lead < 0x90) return this.#record(lead & 0x0f, depth);
    if (lead < 0xa0) return this.#array(lead & 0x0f, depth);
    switch (lead) {
      case 0xc7:
      case 0xc8:
      case 0xc9:
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(input.extLength(lead));
      case 0xdc:
        return this.#array(input.u16(), depth);
      case 0xdd:
        return this.#array(input.u32(), depth);
      case 0xde:
        return this.#record(input.u16(), depth);
      case 0xdf:
        return this.#record(input.u32(), depth);
      default:
        return input.scalar(lead);
    }
  }

  #extension(length: number): unknown {
    const input = this.#in;
    const type = input.u8();
    if (type === EXT_UNDEFINED && length === 1) return void input.u8();
    if (type !== EXT_REFERENCE) return input.primitiveExt(type, length);
    const index = input.index(length);
    const object = this.#objects[index];
    if (index >= this.#objects.length || object === UNFINISHED) {
      throw malformedBytes(`reference ${index} leads nowhere`);
    }
    return object;
  }

  #record(announced: number, depth: number): Record<string, unknown> {
    if (depth > mark.VALUE_DEPTH_MAX) throw tooDeep();
    const count = this.#in.count(announced, 2);
    const record: Record<string, unknown> = {};
    this.#objects.push(record);
    for (let i = 0; i < count; i++) {
      const key = this.#text();
      setOwnProperty(record, key, this.#read(depth + 1));
    }
    return record;
  }

  #array(announced: number, depth: number): unknown {
    if (depth > mark.VALUE_DEPTH_MAX) throw tooDeep();
    const input = this.#in;
    const count = input.count(announced, 1);
    if (count > 0 && input.bytes[input.at] === 0xd4 && input.bytes[input.at + 1] === EXT_MARK) {
      input.claim(2);
      return this.#marked(input.u8(), count - 1, depth + 1);
    }
    const array: unknown[] = [];
    this.#objects.push(array);
    for (let i = 0; i < count; i++) array.push(this.#read(depth + 1));
    return array;
  }

  #marked(kind: number, count: number, depth: number): unknown {
    const expected = mark.FIELD_COUNTS.get(kind) ?? count;
    if (count !== expected) throw malformedBytes(`a mark has ${count} fields instead of ${expected}`);
    switch (kind) {
      case mark.MARK_MAP:
        return this.#map(even(count), depth);
      case mark.MARK_SET:
        return this.#set(count, depth);
      case mark.MARK_DATE:
        return this.#keep(new Date(this.#number()));
      case mark.MARK_REGEXP:
        return this.#keep(new RegExp(this.#text(), this.#text()));
      case mark.MARK_BOXED:
        return this.#boxed();
      case mark.MARK_BUFFER:
        return this.#keep(this.#buffer());
      case mark.MARK_VIEW:
        return this.#view();
      case mark.MARK_ERROR:
        return this.#error(count - 5, depth);
      case mark.MARK_DOM_EXCEPTION:
        return this.#domException(count - 3, depth);
      case mark.MARK_SPARSE:
        return this.#sparse(count - 1, depth);
      case mark.MARK_URL:
        return this.#keep(new URL(this.#text()));
      case mark.MARK_SPECIAL:
        return this.#special(depth);
      case mark.MARK_TROUPE_ERROR:
        return this.#troupeError(count - 4, depth);
      default:
        throw malformedBytes(`mark ${kind} has no meaning here`);
    }
  }

  /** Gives an object its number. */
  #keep<T>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  /** A text, where nothing else may be. */
  #text(): string {
    const input = this.#in;
    const lead = input.u8();
    if (lead >= 0xa0 && lead < 0xc0) return input.text(lead & 0x1f);
    const value = lead === 0xc7 || lead === 0xc8 || lead === 0xc9 || (lead >= 0xd4 && lead <= 0xd8)
      ? this.#text16(input.extLength(lead))
      : input.scalar(lead);
    if (typeof value !== "string") throw malformedBytes("something else stands where a text belongs");
    return value;
  }

  #text16(length: number): string {
    if (this.#in.u8() !== EXT_TEXT16) throw malformedBytes("something else stands where a text belongs");
    return this.#in.text16(length);
  }

  #textOrNone(): string | undefined {
    const input = this.#in;
    if (input.bytes[input.at] !== 0xd4) return this.#text();
    input.claim(1);
    if (this.#extension(1) !== undefined) throw malformedBytes("something else stands where a text belongs");
    return undefined;
  }

  #number(): number {
    const value = this.#in.scalar(this.#in.u8());
    if (typeof value !== "number") throw malformedBytes("something else stands where a number belongs");
    return value;
  }

  #map(count: number, depth: number): Map<unknown, unknown> {
    const map = this.#keep(new Map<unknown, unknown>());
    for (let i = 0; i < count; i += 2) {
      const key = this.#read(depth);
      map.set(key, this.#read(depth));
    }
    return map;
  }

  #set(count: number, depth: number): Set<unknown> {
    const set = this.#keep(new Set<unknown>());
    for (let i = 0; i < count; i++) set.add(this.#read(depth));
    return set;
  }

  #boxed(): unknown {
    const primitive = this.#primitive();
    if (primitive === null) throw malformedBytes("null has no box");
    return this.#keep(Object(primitive));
  }

  #primitive(): unknown {
    const input = this.#in;
    const lead = input.u8();
    if (lead < 0xd4 || lead > 0xd8) {
      return lead >= 0xc7 && lead <= 0xc9 ? this.#primitiveExt(input.extLength(lead)) : input.scalar(lead);
    }
    return this.#primitiveExt(input.extLength(lead));
  }

  #primitiveExt(length: number): bigint | string {
    const type = this.#in.u8();
    return this.#in.primitiveExt(type, length);
  }

  #sparse(count: number, depth: number): unknown[] {
    const length = this.#number();
    if (!Number.isInteger(length) || length < 0 || length > LENGTH_MAX) {
      throw malformedBytes(`an array has length ${length}`);
    }
    const array = this.#keep(emptyArray(length));
    for (let i = 0; i < even(count); i += 2) {
      const key = this.#read(depth);
      if (typeof key === "number" && Number.isInteger(key) && key >= 0 && key < length) array[key] = this.#read(depth);
      else if (typeof key === "string" && key !== "length") setOwnProperty(array, key, this.#read(depth));
      else throw malformedBytes("an array of a given length has no such property");
    }
    if (array.length !== length) throw malformedBytes("an array is longer than it says");
    return array;
  }

  #error(count: number, depth: number): Error {
    const error = makeError(this.#number(), this.#text(), this.#text(), this.#text(), this.#textOrNone());
    if (error === undefined) throw malformedBytes("an error has no known class");
    return this.#errorEntries(error, count, depth);
  }

  #troupeError(count: number, depth: number): Error {
    const error = makeTroupeError(this.#text(), this.#text(), this.#textOrNone(), this.#textOrNone());
    return this.#errorEntries(error, count, depth);
  }

  #errorEntries(error: Error, count: number, depth: number): Error {
    this.#keep(error);
    for (let i = 0; i < even(count); i += 2) {
      const key = this.#text();
      addErrorEntry(error, key, this.#read(depth));
    }
    return error;
  }

  #domException(count: number, depth: number): Error {
    return this.#errorEntries(makeDomException(this.#text(), this.#text(), this.#textOrNone()), count, depth);
  }

  #special(depth: number): unknown {
    const slot = this.#objects.push(UNFINISHED) - 1;
    const tag = this.#text();
    const payload = this.#read(depth);
    const { special } = this.#options;
    if (special === undefined) throw malformedBytes(`nobody here reads values with the tag ${JSON.stringify(tag)}`);
    try {
      return this.#objects[slot] = special.read(tag, payload);
    } catch (error) {
      this.#verdict = error;
      throw error;
    }
  }

  #view(): unknown {
    const slot = this.#objects.push(UNFINISHED) - 1;
    const name = mark.VIEW_NAMES[this.#number()];
    if (name === undefined) throw malformedBytes("a view on a buffer has no known class");
    const offset = this.#number();
    const length = this.#number();
    return this.#objects[slot] = Reflect.construct(globalThis[name], [this.#buffer(), offset, length]);
  }

  #buffer(): ArrayBuffer | SharedArrayBuffer {
    const index = this.#number();
    this.#buffers ??= this.#readTable();
    const buffer = this.#buffers[index];
    if (buffer === undefined) throw malformedBytes(`buffer ${index} is missing`);
    return buffer;
  }

  /** Reads the table behind the value; from then on the value ends where the table begins. */
  #readTable(): (ArrayBuffer | SharedArrayBuffer)[] {
    const input = this.#in;
    const { at, end } = input;
    input.at = Math.max(at, end - FOOTER_BYTES);
    const tableAt = this.#number();
    if (tableAt < at || tableAt > end - FOOTER_BYTES) throw malformedBytes("its table of buffers is missing");
    input.at = tableAt;
    input.end = end - FOOTER_BYTES;
    const buffers: (ArrayBuffer | SharedArrayBuffer)[] = [];
    const count = this.#tableCount();
    // Each buffer beside is taken once, in order: otherwise a few bytes could ask for many copies of a big one.
    let besideTaken = 0;
    for (let i = 0; i < count; i++) {
      if (input.u8() !== 0x92) throw malformedBytes("its table of buffers is broken");
      const isShared = input.scalar(input.u8()) === true;
      const lead = input.u8();
      const isInline = lead >= 0xc4 && lead <= 0xc6;
      buffers.push(
        isInline
          ? ownBuffer(input.view(input.binLength(lead)), isShared)
          : this.#besideBuffer(lead, besideTaken++, isShared),
      );
    }
    input.finish();
    input.at = at;
    input.end = tableAt;
    return buffers;
  }

  #tableCount(): number {
    const input = this.#in;
    const lead = input.u8();
    if (lead >= 0x90 && lead < 0xa0) return lead & 0x0f;
    if (lead === 0xdc) return input.count(input.u16(), 3);
    if (lead === 0xdd) return input.count(input.u32(), 3);
    throw malformedBytes("its table of buffers is broken");
  }

  #besideBuffer(lead: number, expected: number, isShared: boolean): ArrayBuffer | SharedArrayBuffer {
    const input = this.#in;
    if (lead !== 0xd6 || input.u8() !== EXT_BESIDE || input.u32() !== expected) {
      throw malformedBytes("its table of buffers is broken");
    }
    const beside = this.#beside[expected];
    if (beside === undefined) throw malformedBytes(`buffer ${expected} of ${this.#beside.length} is missing`);
    const { buffer } = beside;
    const canAdopt = this.#options.adoptBuffers === true && !isShared && buffer instanceof ArrayBuffer &&
      buffer.byteLength === beside.byteLength;
    return canAdopt ? buffer : ownBuffer(beside, isShared);
  }
}

function ownBuffer(bytes: Uint8Array, isShared: boolean): ArrayBuffer | SharedArrayBuffer {
  const buffer = isShared ? new SharedArrayBuffer(bytes.length) : new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** An array of holes that takes no memory for them. */
function emptyArray(length: number): unknown[] {
  const array: unknown[] = [];
  // Setting the length alone would reserve memory for it; an entry far out turns the array into a dictionary first.
  if (length > 1024 && length < LENGTH_MAX) {
    array[length] = undefined;
    array.length = length;
    return array;
  }
  array.length = length;
  return array;
}

function even(count: number): number {
  if (count < 0 || count % 2 !== 0) throw malformedBytes("a mark has a field too few");
  return count;
}

function tooDeep(): Error {
  return malformedBytes(`it is nested deeper than ${mark.VALUE_DEPTH_MAX} levels`);
}

function isConstructorError(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError;
}
