import type { Priority } from "../../protocol/task.ts";

/** What can be queued: it carries its own place, so that it is found again without a map. */
export interface Queueable extends Priority {
  /** Its place in its queue, -1 when it is in none. Written by the queue only. */
  heapIndex: number;
}

/** Whether `a` runs before `b`: higher user priority first, then the deeper nested, then the earlier. */
export function goesBefore(a: Priority, b: Priority): boolean {
  if (a.user !== b.user) return a.user > b.user;
  if (a.depth !== b.depth) return a.depth > b.depth;
  return a.order < b.order;
}

/** Places in the line start here, those in the heap below it: one number says where an item is. */
const LINE_BASE = 2 ** 32;
/** Served places at the front of the line that are kept before the line is cut. */
const SERVED_MAX = 4_096;

/**
 * Ready tasks, the first to run on top. Most come in the order in which they run: those stand in a line, where coming and
 * going costs the same for any length. The others go into a binary heap. Items know their place. (`KeyedHeap` keeps
 * places in a map; with a million queued tasks that map costs more than all else.)
 */
export class ReadyQueue<T extends Queueable> {
  /** In heap order; the item at `i` has `heapIndex` `i`. */
  readonly #items: T[] = [];
  /** In running order, with gaps; the item at `i` has `heapIndex` `LINE_BASE + #cut + i`. */
  #line: (T | undefined)[] = [];
  /** How many places were cut off the front of the line so far. */
  #cut = 0;
  /** Index of the first item in the line; its length when there is none. */
  #front = 0;
  #lineSize = 0;

  /** How many are inside. */
  get size(): number {
    return this.#items.length + this.#lineSize;
  }

  /** The first to run, left inside. */
  peek(): T | undefined {
    const first = this.#line[this.#front];
    const other = this.#items[0];
    if (first === undefined) return other;
    return other !== undefined && goesBefore(other, first) ? other : first;
  }

  /** Whether an item is where it says. */
  has(item: T): boolean {
    const place = item.heapIndex;
    return place >= 0 && (place >= LINE_BASE ? this.#line[this.#indexOf(item)] : this.#items[place]) === item;
  }

  /** All items, in no particular order. */
  toArray(): T[] {
    return [...this.#items, ...this.#line.filter((item) => item !== undefined)];
  }

  /** Puts an item in that is in no queue. */
  push(item: T): void {
    const last = this.#line.at(-1);
    if (last !== undefined && goesBefore(item, last)) {
      this.#items.push(item);
      this.#siftUp(item, this.#items.length - 1);
      return;
    }
    item.heapIndex = LINE_BASE + this.#cut + this.#line.length;
    this.#line.push(item);
    this.#lineSize++;
  }

  /** Takes an item out that is inside. */
  remove(item: T): void {
    if (item.heapIndex >= LINE_BASE) this.#leaveLine(item);
    else this.#leaveHeap(item);
    item.heapIndex = -1;
  }

  #indexOf(item: T): number {
    return item.heapIndex - LINE_BASE - this.#cut;
  }

  #leaveLine(item: T): void {
    const line = this.#line;
    line[this.#indexOf(item)] = undefined;
    this.#lineSize--;
    // The last place is never a gap: new items are compared with it.
    while (line.length > this.#front && line[line.length - 1] === undefined) line.pop();
    while (this.#front < line.length && line[this.#front] === undefined) this.#front++;
    if (this.#lineSize === 0) this.#cutLine(line.length);
    else if (this.#front >= SERVED_MAX && this.#front > line.length / 2) this.#cutLine(this.#front);
  }

  #cutLine(count: number): void {
    this.#line = this.#line.slice(count);
    this.#cut += count;
    this.#front = 0;
  }

  #leaveHeap(item: T): void {
    const index = item.heapIndex;
    const last = this.#items.pop()!;
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
