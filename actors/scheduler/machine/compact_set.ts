/** Above this many items a `Set` is faster than looking through an array. */
const ARRAY_LENGTH_MAX = 8;

/** A set that is small most of the time: an array at first, which costs a third of a `Set`. Keeps the order of adding. */
export class CompactSet<T> {
  #few: T[] | undefined;
  /** Holds all items once there were more than a few. */
  #many: Set<T> | undefined = undefined;

  /** @param first The first item: an array made with it has room for no more, unlike one that it is pushed onto. */
  constructor(first: T) {
    this.#few = [first];
  }

  /** How many items are inside. */
  get size(): number {
    return this.#many !== undefined ? this.#many.size : this.#few!.length;
  }

  /** Whether an item is inside. */
  has(item: T): boolean {
    return this.#many !== undefined ? this.#many.has(item) : this.#few!.includes(item);
  }

  /** Puts an item in, if it is not inside. */
  add(item: T): void {
    if (this.#many !== undefined) {
      this.#many.add(item);
      return;
    }
    const few = this.#few!;
    if (few.includes(item)) return;
    if (few.length < ARRAY_LENGTH_MAX) {
      few.push(item);
      return;
    }
    this.#many = new Set(few);
    this.#many.add(item);
    this.#few = undefined;
  }

  /** Takes an item out; false when it was not inside. */
  delete(item: T): boolean {
    if (this.#many !== undefined) return this.#many.delete(item);
    const few = this.#few!;
    const index = few.indexOf(item);
    if (index < 0) return false;
    few.splice(index, 1);
    return true;
  }

  /** All items, in order of adding. An array inside is not copied: do not change the set while reading it. */
  items(): Iterable<T> {
    return this.#many ?? this.#few!;
  }

  /** All items in an array of its own. */
  toArray(): T[] {
    return this.#many !== undefined ? [...this.#many] : this.#few!.slice();
  }
}
