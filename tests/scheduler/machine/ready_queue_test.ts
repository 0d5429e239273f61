import { assertEquals } from "@std/assert";
import { seededRandom } from "../../../actors/base/random.ts";
import { CompactSet } from "../../../actors/scheduler/machine/compact_set.ts";
import { LevelIndex, type Levelled, NO_LEVEL } from "../../../actors/scheduler/machine/level_index.ts";
import { goesBefore, ReadyQueue } from "../../../actors/scheduler/machine/ready_queue.ts";

interface Item {
  readonly user: number;
  readonly depth: number;
  readonly order: number;
  heapIndex: number;
}

Deno.test("ReadyQueue gives what a sorted list gives, whatever comes and goes", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { next } = seededRandom(seed);
    const queue = new ReadyQueue<Item>();
    let model: Item[] = [];
    // Mostly in order, so that the line is used too.
    const spread = seed % 5 === 0 ? 3 : 1;
    for (let order = 0; order < 400; order++) {
      if (next() < 0.6) {
        const late = next() < 0.1 ? 50 : 0;
        const item = { user: Math.floor(next() * spread), depth: 0, order: order - late + next(), heapIndex: -1 };
        queue.push(item);
        model.push(item);
      } else if (model.length > 0) {
        const isTop = next() < 0.6;
        const item = isTop ? queue.peek()! : model[Math.floor(next() * model.length)]!;
        queue.remove(item);
        model = model.filter((other) => other !== item);
        assertEquals([item.heapIndex, queue.has(item)], [-1, false]);
      }
      model.sort((a, b) => goesBefore(a, b) ? -1 : 1);
      assertEquals([queue.size, queue.peek()], [model.length, model[0]]);
      assertEquals(model.every((item) => queue.has(item)), true);
    }
    assertEquals(new Set(queue.toArray()), new Set(model));
  }
});

Deno.test("ReadyQueue cuts its line without losing its place", () => {
  const queue = new ReadyQueue<Item>();
  const items = Array.from({ length: 20_000 }, (_, order) => ({ user: 0, depth: 0, order, heapIndex: -1 }));
  for (const item of items) queue.push(item);
  for (const item of items) {
    assertEquals(queue.peek() === item, true);
    queue.remove(item);
  }
  assertEquals([queue.size, queue.peek()], [0, undefined]);
});

Deno.test("CompactSet keeps order and items when it grows beyond a few", () => {
  const set = new CompactSet(0);
  for (let i = 0; i < 20; i++) set.add(i);
  set.add(3);
  assertEquals([set.size, set.delete(4), set.delete(4), set.has(4)], [20, true, false, false]);
  assertEquals(set.toArray(), Array.from({ length: 20 }, (_, i) => i).filter((i) => i !== 4));
});

Deno.test("LevelIndex gives the highest level, and on it what came last", () => {
  const index = new LevelIndex<Berth>(4);
  const [a, b, c] = [new Berth(), new Berth(), new Berth()] as const;
  index.place(a, 1);
  index.place(b, 3);
  index.place(c, 3);
  assertEquals([index.highest() === c, index.afterHighest(c) === b, index.afterHighest(b) === a], [true, true, true]);
  index.place(c, NO_LEVEL);
  index.place(b, 0);
  assertEquals([index.highest() === a, index.afterHighest(a) === b], [true, true]);
  index.place(a, NO_LEVEL);
  index.place(b, NO_LEVEL);
  assertEquals(index.highest(), undefined);
});

class Berth implements Levelled<Berth> {
  level: number = NO_LEVEL;
  previous: Berth | undefined = undefined;
  next: Berth | undefined = undefined;
}
