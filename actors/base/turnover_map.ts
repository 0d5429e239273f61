/** Entries that went since the storage was new: below that, a new one is not worth it. */
const GONE_MIN = 64;
/** How many entries must have gone for each that is left, so that copying those costs little. */
const GONE_PER_ENTRY = 3;

/**
 * Whether a collection is due for new storage.
 *
 * @param goneCount Entries that went since its storage was new.
 * @param size Entries left.
 */
export function isWorn(goneCount: number, size: number): boolean {
  return goneCount > GONE_MIN && goneCount > GONE_PER_ENTRY * size;
}

/**
 * A map through which entries pass by the thousand, in the order of their coming. When V8's own map grows or shrinks, its
 * old table keeps what it held, and leads to the new one: a table that has grown old in the heap keeps all that ever
 * passed through alive until a full collection, which doubled the cost of collecting for tasks that end at once. This one
 * leaves its storage behind from time to time, and nothing leads from there to here.
 *
 * Entries may go while somebody walks through it; what is added or changed meanwhile may not be seen.
 */
export class TurnoverMap<K, V> {
  #entries: Map<K, V> = new Map();
  #goneCount = 0;

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value under a key. */
  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Whether there is an entry. */
  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Puts a value under a key. */
  set(key: K, value: V): this {
    this.#entries.set(key, value);
    return this;
  }

  /** Takes an entry out; false when there is none. */
  delete(key: K): boolean {
    if (!this.#entries.delete(key)) return false;
    if (isWorn(++this.#goneCount, this.#entries.size)) {
      this.#entries = new Map(this.#entries);
      this.#goneCount = 0;
    }
    return true;
  }

  /** Takes all entries out. */
  clear(): void {
    this.#entries = new Map();
    this.#goneCount = 0;
  }

  /** The keys, the oldest first. */
  *keys(): IterableIterator<K> {
    for (const [key] of this) yield key;
  }

  /** The values, the oldest first. */
  *values(): IterableIterator<V> {
    for (const [, value] of this) yield value;
  }

  /** The entries, the oldest first. */
  *[Symbol.iterator](): IterableIterator<[K, V]> {
    const entries = this.#entries;
    for (const entry of entries) {
      // In old storage nobody takes out what goes now.
      if (entries === this.#entries || this.#entries.has(entry[0])) yield entry;
    }
  }
}
