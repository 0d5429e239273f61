/**
 * Users' values as bytes: everything structured clone carries, with identity kept, plus URLs, `TroupeError`s and what
 * hooks know; anything else is refused with the path to it.
 *
 * @module
 */
import { malformedBytes } from "./byte_reader.ts";
import { type UnpackOptions, ValueReader } from "./value_reader.ts";
import { type PackOptions, ValueWriter } from "./value_writer.ts";

/** An encoded value whose big buffers lie beside its head. */
export type PackedBundle = readonly [head: Uint8Array, ...buffers: Uint8Array[]];

/** A value on its way: a primitive as itself (never -0, never a symbol), bytes, or a bundle. */
export type PackedValue = null | undefined | boolean | number | bigint | string | Uint8Array | PackedBundle;

/**
 * Encodes a value. What it gives is a snapshot: later changes of the value do not show, unless `aliasBuffers` is set.
 *
 * Equal values with their entries in equal order give equal bytes. Differences from structured clone: `AggregateError`
 * and names of errors are kept, a `SharedArrayBuffer` arrives as one with a copy of its content, a buffer that is
 * only seen through one view arrives as the part that the view sees, resizable buffers arrive with a fixed size, and
 * instances of classes are refused instead of losing their class.
 *
 * @throws `task/not-serializable`, or what `refuse` makes, or what the hook throws.
 */
export function packValue(value: unknown, options: PackOptions): PackedValue {
  if (isTravelling(value)) return value;
  const writer = idleWriters.pop() ?? new ValueWriter();
  try {
    const bundle = writer.pack(value, options);
    return bundle.length === 1 ? bundle[0] : bundle;
  } finally {
    idleWriters.push(writer);
  }
}

/**
 * Decodes a value, as often as needed: what it gives shares no memory with `packed`, unless `adoptBuffers` is set.
 *
 * @throws `wire/malformed`, or what the hook throws.
 */
export function unpackValue(packed: PackedValue, options: UnpackOptions = {}): unknown {
  if (typeof packed !== "object" || packed === null) return packed;
  const reader = idleReaders.pop() ?? new ValueReader();
  try {
    if (packed instanceof Uint8Array) return reader.unpack(packed, [], options);
    const [head, ...beside] = packed;
    if (head === undefined) throw malformedBytes("a bundle is empty");
    return reader.unpack(head, beside, options);
  } finally {
    idleReaders.push(reader);
  }
}

/** Whether a value travels as itself, unpacked: a primitive, but for -0 and symbols. */
export function isTravelling(value: unknown): value is null | undefined | boolean | number | bigint | string {
  if (typeof value === "number") return !Object.is(value, -0);
  return value === null || typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol";
}

// One of each is in use at a time, unless a hook packs a value of its own: then another is made.
const idleWriters: ValueWriter[] = [];
const idleReaders: ValueReader[] = [];
