import type { Priority } from "../../protocol/task.ts";

/** What can be queued: it carries its own place, so that it is found again without a map. */
export interface Queueable extends Priority {
  /** Index in its queue's heap, -1 when it is in none. Written by the queue only. */
  heapIndex: number;
}

/** Whether `a` runs before `b`: higher user priority first, then the deeper nested, then the earlier. */
export function goesBefore(a: Priority, b: Priority): boolean {
  if (a.user !== b.user) return a.user > b.user;
  if (a.depth !== b.depth) return a.depth > b.depth;
  return a.order < b.order;
}

/**
 * Ready tasks, first to run on top: a binary heap whose items know their index. (`KeyedHeap` does the same with a map; at
 * a million queued tasks the map costs more than all else.)
 */
export class ReadyQueue<T extends Queueable> {
  /** In heap order; the item at `i` has `heapIndex` `i`. */
  readonly #items: T[] = [];

  /** How many are inside. */
  get size(): number {
    return this.#items.length;
  }

  /** The first to run, left inside. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** All items, in no particular order. Not a copy. */
  items(): readonly T[] {
    return this.#items;
  }

  /** Puts an item in that is in no queue. */
  push(item: T): void {
    this.#items.push(item);
    this.#siftUp(item, this.#items.length - 1);
  }

  /** Takes an item out that is inside. */
  remove(item: T): void {
    const index = item.heapIndex;
    const last = this.#items.pop()!;
    item.heapIndex = -1;
    if (last === item) return;
    if (index > 0 && goesBefore(last, this.#items[(index - 1) >> 1]!)) this.#siftUp(last, index);
    else this.#siftDown(last, index);
  }

  #siftUp(item: T, start: number): void {
    const items = this.#items;
    let index = start;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = items[above]!;
      if (!goesBefore(item, parent)) break;
      items[index] = parent;
      parent.heapIndex = index;
      index = above;
    }
    items[index] = item;
    item.heapIndex = index;
  }

  #siftDown(item: T, start: number): void {
    const items = this.#items;
    const count = items.length;
    let index = start;
    for (let below = 2 * index + 1; below < count; below = 2 * index + 1) {
      if (below + 1 < count && goesBefore(items[below + 1]!, items[below]!)) below++;
      const child = items[below]!;
      if (!goesBefore(child, item)) break;
      items[index] = child;
      child.heapIndex = index;
      index = below;
    }
    items[index] = item;
    item.heapIndex = index;
  }
}
