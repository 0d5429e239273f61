import { isWorn } from "./turnover_map.ts";

/** A set through which items pass by the thousand: what `TurnoverMap` is for maps, and for the same reason. */
export class TurnoverSet<T> {
  #items: Set<T> = new Set();
  #goneCount = 0;

  /** How many items there are. */
  get size(): number {
    return this.#items.size;
  }

  /** Whether an item is inside. */
  has(item: T): boolean {
    return this.#items.has(item);
  }

  /** Puts an item in. */
  add(item: T): this {
    this.#items.add(item);
    return this;
  }

  /** Takes an item out; false when it is not inside. */
  delete(item: T): boolean {
    if (!this.#items.delete(item)) return false;
    if (isWorn(++this.#goneCount, this.#items.size)) {
      this.#items = new Set(this.#items);
      this.#goneCount = 0;
    }
    return true;
  }

  /** The items, the oldest first. */
  *[Symbol.iterator](): IterableIterator<T> {
    const items = this.#items;
    for (const item of items) if (items === this.#items || this.#items.has(item)) yield item;
  }
}
