/**
 * What the marks of encoded values mean. A mark is the first entry of an array; the further entries are its fields. The
 * numbers are part of the wire format: never renumber one.
 *
 * @module
 */

/** A `Map`: key, value, key, value, ... */
export const MARK_MAP = 1;
/** A `Set`: its items. */
export const MARK_SET = 2;
/** A `Date`: milliseconds since 1970, NaN for an invalid one. */
export const MARK_DATE = 3;
/** A `RegExp`: source, flags. */
export const MARK_REGEXP = 4;
/** A boxed primitive: the primitive. */
export const MARK_BOXED = 5;
/** An `ArrayBuffer` or `SharedArrayBuffer`: its index in the table of buffers. */
export const MARK_BUFFER = 6;
/** A typed array or `DataView`: index into `VIEW_NAMES`, offset in bytes, length in elements, buffer's index. */
export const MARK_VIEW = 7;
/**
 * An error: index into `ERROR_CLASSES`, name of its own class or "", name, message, stack or undefined, then own
 * properties as key, value, ...
 */
export const MARK_ERROR = 8;
/** A `DOMException`: name, message, stack or undefined, then own properties as key, value, ... */
export const MARK_DOM_EXCEPTION = 9;
/** An array with holes or properties: length, then index or name, value, ... */
export const MARK_SPARSE = 10;
/** A `URL`: its text. */
export const MARK_URL = 11;
/** What a hook has written: tag, payload. */
export const MARK_SPECIAL = 12;
/** A `TroupeError`: code, message, hint, details, stack or undefined, then own properties as key, value, ... */
export const MARK_TROUPE_ERROR = 13;

/** How many fields follow a mark, of those where it is always the same. */
export const FIELD_COUNTS: ReadonlyMap<number, number> = new Map([
  [MARK_DATE, 1],
  [MARK_REGEXP, 2],
  [MARK_BOXED, 1],
  [MARK_BUFFER, 1],
  [MARK_VIEW, 4],
  [MARK_URL, 1],
  [MARK_SPECIAL, 2],
]);

/** The views on buffers, by their number on the wire. */
export const VIEW_NAMES = [
  "Uint8Array",
  "Int8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
  "DataView",
] as const;

/** Values nested deeper are refused: encoding and decoding are recursive, and stacks are finite. */
export const VALUE_DEPTH_MAX = 1_000;
