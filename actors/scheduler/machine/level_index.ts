/** The level of what is in no list. */
export const NO_LEVEL = -1;

/** What a {@linkcode LevelIndex} sorts: an item of its own linked lists. The three fields are written by the index only. */
export interface Levelled<T> {
  /** Its level, or {@linkcode NO_LEVEL}. */
  level: number;
  /** The item that came to this level after it. */
  previous: T | undefined;
  /** The item that came to this level before it. */
  next: T | undefined;
}

/**
 * Items sorted by a small whole number, each change and each look at the top in constant time, however many items there
 * are. On one level the one that came last is first: the most recently used worker is the warm one.
 */
export class LevelIndex<T extends Levelled<T>> {
  readonly #heads: (T | undefined)[];
  /** No level above this one has items. */
  #top = NO_LEVEL;

  /** @param levels How many levels there are: 0 to `levels - 1`. */
  constructor(levels: number) {
    this.#heads = new Array<T | undefined>(levels).fill(undefined);
  }

  /** Moves an item to a level, to the front of it; {@linkcode NO_LEVEL} takes it out. */
  place(item: T, level: number): void {
    if (item.level === level) return;
    if (item.level !== NO_LEVEL) this.#unlink(item);
    item.level = level;
    if (level === NO_LEVEL) return;
    const head = this.#heads[level];
    item.next = head;
    if (head !== undefined) head.previous = item;
    this.#heads[level] = item;
    if (level > this.#top) this.#top = level;
  }

  /** The first item of the highest level. */
  highest(): T | undefined {
    while (this.#top >= 0 && this.#heads[this.#top] === undefined) this.#top--;
    return this.#top < 0 ? undefined : this.#heads[this.#top];
  }

  /** The item that would be highest without `item`, which is the highest now. */
  afterHighest(item: T): T | undefined {
    if (item.next !== undefined) return item.next;
    for (let level = item.level - 1; level >= 0; level--) {
      if (this.#heads[level] !== undefined) return this.#heads[level];
    }
    return undefined;
  }

  #unlink(item: T): void {
    if (item.previous !== undefined) item.previous.next = item.next;
    else this.#heads[item.level] = item.next;
    if (item.next !== undefined) item.next.previous = item.previous;
    item.previous = undefined;
    item.next = undefined;
  }
}
