/** Keys of pure tasks: the same function with the same arguments has the same key, everywhere. @module */
import { type Bundle, isHole, type Packed, type PackedArg, packedBytes } from "../protocol/packed.ts";
import type { FunctionHash, TaskKey } from "../protocol/task.ts";
import { StableHasher } from "../wire/stable_hash.ts";

// What comes next in the hash: the text "1", the number 1 and a future must differ.
const KIND_UNDEFINED = 0;
const KIND_NULL = 1;
const KIND_FALSE = 2;
const KIND_TRUE = 3;
const KIND_NUMBER = 4;
const KIND_BIGINT = 5;
const KIND_TEXT = 6;
const KIND_BYTES = 7;
const KIND_BUNDLE = 8;
const KIND_HOLE = 9;

/** Arguments from here on are hashed by themselves first, once: many calls may have them. */
const DIGESTED_BYTES_MIN = 65_536;

/** Hashes calls; one per session, used for one after the other. */
export class CallHasher {
  readonly #hasher = new StableHasher();
  readonly #digester = new StableHasher();
  readonly #digests = new WeakMap<object, string>();

  /**
   * 32 hexadecimal digits for a call.
   *
   * @param fn The function.
   * @param args Its packed arguments.
   * @param deps The keys of the futures among them: a future counts as its key.
   */
  hash(fn: FunctionHash, args: readonly PackedArg[], deps: readonly TaskKey[]): string {
    const hasher = this.#hasher;
    hasher.reset();
    hasher.text(fn);
    hasher.number(args.length);
    for (let i = 0; i < args.length; i++) this.#arg(args[i]);
    for (let i = 0; i < deps.length; i++) hasher.text(deps[i] ?? "");
    return hasher.hex();
  }

  #arg(arg: PackedArg): void {
    if (!isHole(arg)) return this.#packed(arg);
    this.#hasher.number(KIND_HOLE);
    this.#hasher.number(arg[0]);
  }

  #packed(value: Packed): void {
    const hasher = this.#hasher;
    switch (typeof value) {
      case "undefined":
        return void hasher.number(KIND_UNDEFINED);
      case "boolean":
        return void hasher.number(value ? KIND_TRUE : KIND_FALSE);
      case "number":
        hasher.number(KIND_NUMBER);
        return void hasher.number(value);
      case "bigint":
        hasher.number(KIND_BIGINT);
        return void hasher.text(value.toString(36));
      case "string":
        hasher.number(KIND_TEXT);
        return void hasher.text(value);
      case "object":
        return this.#encoded(value);
    }
  }

  #encoded(value: Extract<Packed, object | null>): void {
    const hasher = this.#hasher;
    if (value === null) return void hasher.number(KIND_NULL);
    hasher.number(value instanceof Uint8Array ? KIND_BYTES : KIND_BUNDLE);
    if (packedBytes(value) < DIGESTED_BYTES_MIN) return this.#parts(hasher, value);
    let digest = this.#digests.get(value);
    if (digest === undefined) {
      this.#digester.reset();
      this.#parts(this.#digester, value);
      digest = this.#digester.hex();
      this.#digests.set(value, digest);
    }
    hasher.text(digest);
  }

  #parts(hasher: StableHasher, value: Uint8Array | Bundle): void {
    if (value instanceof Uint8Array) return void hasher.bytes(value);
    hasher.number(value.length);
    for (const part of value) hasher.bytes(part);
  }
}
