import { TurnoverMap } from "./turnover_map.ts";

/** An item with its place in the heap. */
interface Entry<T> {
  readonly item: T;
  index: number;
}

/**
 * A binary heap out of which any item can be taken in O(log n). Items are told apart by identity; what `compare` reads of
 * an item must not change while it is inside.
 */
export class KeyedHeap<T> {
  readonly #compare: (a: T, b: T) => number;
  /** In heap order: no entry goes before its parent; each knows its own index. */
  readonly #entries: Entry<T>[] = [];
  /** The entry of each item inside. */
  readonly #places: TurnoverMap<T, Entry<T>> = new TurnoverMap();

  /** @param compare Negative when `a` goes before `b`. Ties come out in any order, so break them in `compare`. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  /** How many items are inside. */
  get size(): number {
    return this.#entries.length;
  }

  /** Puts an item in; does nothing when it is inside already. */
  push(item: T): void {
    if (this.#places.has(item)) return;
    const entry: Entry<T> = { item, index: this.#entries.length };
    this.#places.set(item, entry);
    this.#entries.push(entry);
    this.#siftUp(entry);
  }

  /** The first item, left inside; undefined when empty. */
  peek(): T | undefined {
    return this.#entries[0]?.item;
  }

  /** Takes the first item out; undefined when empty. */
  pop(): T | undefined {
    const first = this.#entries[0];
    if (first === undefined) return undefined;
    this.#places.delete(first.item);
    this.#fill(first.index);
    return first.item;
  }

  /** Takes an item out, wherever it is; false when it is not inside. */
  remove(item: T): boolean {
    const entry = this.#places.get(item);
    if (entry === undefined) return false;
    this.#places.delete(item);
    this.#fill(entry.index);
    return true;
  }

  /** Whether an item is inside. */
  has(item: T): boolean {
    return this.#places.has(item);
  }

  /** Takes everything out. */
  clear(): void {
    this.#entries.length = 0;
    this.#places.clear();
  }

  /** All items, in no particular order. The heap must not be changed meanwhile. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const entry of this.#entries) yield entry.item;
  }

  /** Closes the gap at an index with the last entry. */
  #fill(index: number): void {
    const last = this.#entries.pop();
    if (last === undefined || index === this.#entries.length) return;
    last.index = index;
    this.#entries[index] = last;
    this.#siftUp(last);
    if (last.index === index) this.#siftDown(last);
  }

  #siftUp(entry: Entry<T>): void {
    const entries = this.#entries;
    let index = entry.index;
    while (index > 0) {
      const parent = entries[(index - 1) >> 1]!;
      if (this.#compare(entry.item, parent.item) >= 0) break;
      const above = parent.index;
      parent.index = index;
      entries[index] = parent;
      index = above;
    }
    entry.index = index;
    entries[index] = entry;
  }

  #siftDown(entry: Entry<T>): void {
    const entries = this.#entries;
    const count = entries.length;
    let index = entry.index;
    for (let below = 2 * index + 1; below < count; below = 2 * index + 1) {
      let child = entries[below]!;
      const right = entries[below + 1];
      if (right !== undefined && this.#compare(right.item, child.item) < 0) child = right;
      if (this.#compare(entry.item, child.item) <= 0) break;
      const under = child.index;
      child.index = index;
      entries[index] = child;
      index = under;
    }
    entry.index = index;
    entries[index] = entry;
  }
}
