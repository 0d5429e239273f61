import { assert, assertEquals } from "@std/assert";
import {
  columnsOf,
  describeProgress,
  drawProgress,
  type ProgressGroup,
  type ProgressState,
  rowsOf,
} from "../../actors/client/progress_view.ts";

function group(name: string, done: number, total: number, rest: Partial<ProgressGroup> = {}): ProgressGroup {
  return { name, done, total, failed: 0, before: 0, ...rest };
}

function state(groups: ProgressGroup[], elapsedMs = 4_000, isOver = false): ProgressState {
  return { groups, elapsedMs, isOver };
}

const WIDE = { columns: 78, rows: 24, hasColors: false };

Deno.test("drawProgress() shows name, bar, count, share, rate and time left, below each other", () => {
  assertEquals(drawProgress(state([group("inc", 256, 256), group("double", 64, 256), group("add", 0, 256)]), WIDE), [
    "inc     █████████████████████████████████  256/256  100%  64/s",
    "double  ████████░░░░░░░░░░░░░░░░░░░░░░░░░   64/256   25%  16/s     12 s left",
    "add     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0/256    0%",
  ]);
});

Deno.test("drawProgress() shows how long it took when all is done, and how many failed", () => {
  const groups = [group("inc", 10, 10), group("add", 10, 10, { failed: 2 })];
  assertEquals(drawProgress(state(groups, 7_340, true), WIDE), [
    "inc  ████████████████████████████████████████  10/10  100%  in 7.3 s",
    "add  ████████████████████████████████xxxxxxxx  10/10  100%  2 failed  in 7.3 s",
  ]);
});

Deno.test("drawProgress() is never wider or higher than the screen", () => {
  const names = ["inc", "a_function_with_a_rather_long_name", "計算する", "x\x1b[2Jy\n", ""];
  const groups = names.map((name, i) => group(name, i * 1_000, 5_000, { failed: i }));
  for (let columns = 1; columns <= 120; columns++) {
    for (const isOver of [false, true]) {
      const lines = drawProgress(state(groups, 90_000, isOver), { columns, rows: 24, hasColors: false });
      assertEquals(lines.length, groups.length);
      for (const line of lines) assert(columnsOf(line) <= columns, `${columns}: ${line}`);
    }
  }
  assertEquals(drawProgress(state(groups), { ...WIDE, rows: 3 }).at(-1), "... and 3 more");
  assertEquals(drawProgress(state(groups), { ...WIDE, rows: 0 }), []);
});

Deno.test("drawProgress() leaves out what has least to say when there is no room", () => {
  const groups = [group("add", 64, 256)];
  const at = (columns: number): string | undefined => drawProgress(state(groups), { ...WIDE, columns })[0];
  assertEquals(at(60), "add  ████░░░░░░░░░░░░░░   64/256   25%  16/s     12 s left");
  assertEquals(at(40), "add  █░░░░░░   64/256   25%  12 s left");
  assertEquals(at(24), "add  ██░░░░░░░░   64/256");
  assertEquals(at(12), "add 64/256");
  assertEquals(at(8), "add 6...");
});

Deno.test("drawProgress() draws failures in red, and all of it without control characters of names", () => {
  const groups = [group("a\x1bdd", 1_000, 1_000, { failed: 1 })];
  const [line = ""] = drawProgress(state(groups, 1_000, true), { ...WIDE, hasColors: true });
  assert(line.startsWith("a?dd  \x1b[32m█"), JSON.stringify(line));
  assert(line.includes("\x1b[31m█\x1b[0m"), JSON.stringify(line));
  assert(line.includes("\x1b[31m1 failed\x1b[0m"), JSON.stringify(line));
  assertEquals(rowsOf([line], 40), 2);
  assertEquals(rowsOf([line, ""], 200), 2);
});

Deno.test("drawProgress() takes the rate from what was done since the watch began", () => {
  const [line = ""] = drawProgress(state([group("inc", 90, 100, { before: 80 })], 20_000), WIDE);
  assert(line.endsWith("90/100   90%  30.0/min  20 s left"), line);
});

Deno.test("describeProgress() says all in one line", () => {
  const groups = [group("inc", 10, 10), group("add", 5, 10, { failed: 2 })];
  assertEquals(describeProgress(state(groups, 5_000)), "progress: inc 10/10, add 5/10 (2 failed); 3.0/s, 1.7 s left");
  assertEquals(describeProgress(state(groups, 0)), "progress: inc 10/10, add 5/10 (2 failed)");
  assertEquals(describeProgress(state(groups, 150_000, true)), "progress: inc 10/10, add 5/10 (2 failed); in 3 min");
});
