/**
 * Values on their way. Primitives are immutable and travel as themselves; everything else is encoded once, where it is
 * made, into bytes that nobody reads before the place where it is used. All forms are plain data: they pass a
 * `postMessage` and a socket unchanged.
 *
 * @module
 */

/** An encoded value whose big byte arrays lie beside its head: `[head, ...buffers]`. */
export type Bundle = readonly [head: Uint8Array, ...buffers: Uint8Array[]];

/** A value that needs no other: a primitive (never -0, never a symbol), encoded bytes, or a bundle. */
export type Packed = null | undefined | boolean | number | bigint | string | Uint8Array | Bundle;

/** Stands for the result of the dependency with this index: `[2]` is that of `deps[2]`. For whole arguments only. */
export type Hole = readonly [dependency: number];

/** One argument of a task. Futures deeper inside an argument are encoded within its bytes, as indexes into `deps`. */
export type PackedArg = Packed | Hole;

/** Whether an argument is a {@linkcode Hole}. */
export function isHole(arg: PackedArg): arg is Hole {
  return Array.isArray(arg) && typeof arg[0] === "number";
}

/** What a packed value occupies, in bytes: exact for encoded ones, an estimate for primitives. */
export function packedBytes(packed: PackedArg): number {
  if (typeof packed === "string") return 16 + packed.length * 2;
  if (typeof packed === "bigint") return 32;
  if (typeof packed !== "object" || packed === null) return 16;
  if (packed instanceof Uint8Array) return packed.byteLength;
  let bytes = 0;
  for (const part of packed) bytes += typeof part === "number" ? 16 : part.byteLength;
  return bytes;
}
