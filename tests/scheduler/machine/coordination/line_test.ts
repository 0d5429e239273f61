import { assertEquals } from "@std/assert";
import { Line } from "../../../../actors/scheduler/machine/coordination/line.ts";

Deno.test("Line serves in order, and lets anyone leave from anywhere", () => {
  const line = new Line<number>();
  const places = [1, 2, 3, 4].map((n) => line.join(n));
  line.leave(places[1]!);
  line.leave(places[3]!);
  line.leave(places[3]!);
  assertEquals([[...line], line.size, line.first], [[1, 3], 2, 1]);
  assertEquals([line.shift(), line.shift(), line.shift(), line.first], [1, 3, undefined, undefined]);
  line.leave(places[0]!);
  assertEquals(line.size, 0);
});

Deno.test("Line.rejoin() puts what comes back before all that is later", () => {
  const line = new Line<number>();
  for (const n of [3, 5, 7]) line.join(n);
  for (const n of [1, 6, 8, 4]) line.rejoin(n, (other) => other > n);
  assertEquals([...line], [1, 3, 4, 5, 6, 7, 8]);
});

Deno.test("Line of another place is left alone", () => {
  const [one, two] = [new Line<number>(), new Line<number>()];
  one.leave(two.join(1));
  assertEquals([one.size, two.size], [0, 1]);
});
