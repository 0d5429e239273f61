import { assert, assertEquals, assertFalse } from "@std/assert";
import { KeyedHeap } from "../../actors/base/keyed_heap.ts";
import { seededRandom } from "../../actors/base/random.ts";

interface Item {
  readonly rank: number;
}

const byRank = (a: Item, b: Item): number => a.rank - b.rank;

function drain(heap: KeyedHeap<Item>): number[] {
  const ranks: number[] = [];
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) ranks.push(item.rank);
  return ranks;
}

Deno.test("KeyedHeap.pop() gives the items in order", () => {
  const heap = new KeyedHeap<Item>(byRank);
  for (const rank of [5, 3, 9, 1, 7, 2, 8]) heap.push({ rank });
  assertEquals(heap.peek()?.rank, 1);
  assertEquals(heap.size, 7);
  assertEquals(drain(heap), [1, 2, 3, 5, 7, 8, 9]);
  assertEquals(heap.pop(), undefined);
  assertEquals(heap.peek(), undefined);
});

Deno.test("KeyedHeap.push() does nothing when the item is inside already", () => {
  const heap = new KeyedHeap<Item>(byRank);
  const item = { rank: 1 };
  heap.push(item);
  heap.push(item);
  assertEquals(heap.size, 1);
});

Deno.test("KeyedHeap.remove() takes an item out by identity, wherever it is", () => {
  const heap = new KeyedHeap<Item>(byRank);
  const items = [4, 4, 2, 6, 1].map((rank) => ({ rank }));
  for (const item of items) heap.push(item);
  const second = items[1]!;
  assert(heap.remove(second));
  assertFalse(heap.has(second));
  assert(heap.has(items[0]!));
  assertFalse(heap.remove(second));
  assertFalse(heap.remove({ rank: 4 }));
  assertEquals(drain(heap), [1, 2, 4, 6]);
});

Deno.test("KeyedHeap.clear() forgets everything, and items can come back", () => {
  const heap = new KeyedHeap<Item>(byRank);
  const item = { rank: 2 };
  heap.push(item);
  heap.clear();
  assertEquals(heap.size, 0);
  assertFalse(heap.has(item));
  heap.push(item);
  assertEquals([...heap], [item]);
});

Deno.test("KeyedHeap does the same as a sorted array when items come and go at random", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed);
    const heap = new KeyedHeap<Item>(byRank);
    const model: Item[] = [];
    for (let turn = 0; turn < 300; turn++) {
      const choice = random.next();
      if (choice < 0.55) {
        const item = { rank: random.next() };
        heap.push(item);
        model.push(item);
        model.sort(byRank);
      } else if (choice < 0.75) {
        assertEquals(heap.pop(), model.shift(), `seed ${seed}`);
      } else if (model.length > 0) {
        const [item] = model.splice(Math.floor(random.next() * model.length), 1);
        assert(item !== undefined && heap.remove(item), `seed ${seed}`);
      }
      assertEquals(heap.size, model.length, `seed ${seed}`);
      assertEquals(heap.peek(), model[0], `seed ${seed}`);
    }
    assertEquals(new Set(heap), new Set(model));
    assertEquals(drain(heap), model.map((item) => item.rank), `seed ${seed}`);
  }
});
