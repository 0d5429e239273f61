/** Up to this many, looking through a list is quicker than a map. */
const SCANNED_MAX = 12;

/** Numbers objects in order of appearance. */
export class IdentityList {
  readonly #items: unknown[] = [];
  /** The same as the list; in use only beyond `SCANNED_MAX` items. */
  readonly #indexes = new Map<unknown, number>();

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The number of an object; -1 when it has none. */
  indexOf(item: object | symbol): number {
    const items = this.#items;
    if (items.length > SCANNED_MAX) return this.#indexes.get(item) ?? -1;
    for (let i = 0; i < items.length; i++) if (items[i] === item) return i;
    return -1;
  }

  /** Gives the next number to an object that has none; says which. */
  add(item: object | symbol): number {
    const index = this.#items.push(item) - 1;
    if (index === SCANNED_MAX) this.#items.forEach((known, i) => this.#indexes.set(known, i));
    else if (index > SCANNED_MAX) this.#indexes.set(item, index);
    return index;
  }

  /** Forgets all but the first `size` objects. */
  truncate(size: number): void {
    if (this.#items.length > SCANNED_MAX) {
      if (size <= SCANNED_MAX) this.#indexes.clear();
      else for (let i = size; i < this.#items.length; i++) this.#indexes.delete(this.#items[i]);
    }
    this.#items.length = Math.min(size, this.#items.length);
  }
}
