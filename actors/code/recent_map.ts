/** A map that holds the entries used last, up to a limit. */
export class RecentMap<K, V> {
  /** In order of use, the oldest first; never more than `#limit`. */
  readonly #entries = new Map<K, V>();
  readonly #limit: number;
  /** The key used last, so that one that is used again and again need not be moved each time. */
  #latest: K | undefined;

  /**
   * Makes an empty one.
   *
   * @param limit Entries held at most, at least 1.
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Entries held. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value under a key, which counts as a use. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined || key === this.#latest) return value;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#latest = key;
    return value;
  }

  /** Puts a value under a key; when full, the entry unused for longest goes. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#latest = key;
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Takes a key out. */
  delete(key: K): void {
    this.#entries.delete(key);
  }
}
