import { assertEquals } from "@std/assert";
import { ProgressBoard, type ProgressOutput, type ProgressSection } from "../../actors/client/progress_board.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A terminal that understands what a board writes. */
class Screen implements ProgressOutput {
  readonly isTerminal: boolean;
  readonly hasColors = false;
  columns = 60;
  isGone = false;
  writeCount = 0;
  #rows: string[] = [""];
  #row = 0;

  constructor(isTerminal = true) {
    this.isTerminal = isTerminal;
  }

  size(): { columns: number; rows: number } {
    return { columns: this.columns, rows: 24 };
  }

  write(text: string): void {
    if (this.isGone) throw new Error("nobody reads this");
    this.writeCount++;
    // deno-lint-ignore no-control-regex -- these are the sequences of terminals
    for (const part of text.match(/\x1b\[\d*[AJK]|\r|\n|[^\x1b\r\n]+/g) ?? []) {
      if (part.endsWith("A")) this.#row = Math.max(0, this.#row - Number(part.slice(2, -1)));
      else if (part.endsWith("J")) this.#rows = [...this.#rows.slice(0, this.#row), ""];
      else if (part === "\n") this.#rows[++this.#row] ??= "";
      else if (part !== "\r" && !part.endsWith("K")) this.#rows[this.#row] = part;
    }
  }

  /** Makes it narrower: rows that are longer now take two. */
  shrink(columns: number): void {
    this.columns = columns;
    const wrapped = this.#rows.slice(0, -1).flatMap((row) => row.match(new RegExp(`.{1,${columns}}`, "g")) ?? [""]);
    this.#rows = [...wrapped, ""];
    this.#row = wrapped.length;
  }

  get text(): string[] {
    return this.#rows.slice(0, -1);
  }
}

class Tasks implements ProgressSection {
  done = 0;
  isOver = false;
  readonly #name: string;
  readonly #clock: FakeClock;

  constructor(name: string, clock: FakeClock) {
    this.#name = name;
    this.#clock = clock;
  }

  look(): ReturnType<ProgressSection["look"]> {
    const groups = [{ name: this.#name, total: 10, done: this.done, failed: 0, before: 0 }];
    return { groups, elapsedMs: this.#clock.nowMs(), isOver: this.isOver };
  }
}

Deno.test("ProgressBoard draws in place, and leaves the last state behind", () => {
  const clock = new FakeClock();
  const screen = new Screen();
  const board = new ProgressBoard({ clock, output: screen });
  const tasks = new Tasks("inc", clock);
  board.add(tasks);
  assertEquals(screen.text, ["inc  ░░░░░░░░░░░░░░░░░░░   0/10    0%"]);
  tasks.done = 5;
  clock.advance(1_000);
  assertEquals(screen.text, ["inc  █████████░░░░░░░░░░   5/10   50%  5.0/s    1.0 s left"]);
  tasks.done = 10;
  tasks.isOver = true;
  board.remove(tasks);
  assertEquals(screen.text, ["inc  ███████████████████████████████  10/10  100%  in 1.0 s"]);
  assertEquals([board.isEmpty, clock.waitingCount], [true, 0]);
});

Deno.test("ProgressBoard shows several sets below each other, and what is over above the rest", () => {
  const clock = new FakeClock();
  const screen = new Screen();
  const board = new ProgressBoard({ clock, output: screen });
  const [one, two] = [new Tasks("one", clock), new Tasks("two", clock)];
  board.add(one);
  board.add(two);
  clock.advance(1_000);
  assertEquals(screen.text.map((line) => line.slice(0, 3)), ["one", "two"]);
  two.done = 10;
  two.isOver = true;
  board.remove(two);
  clock.advance(1_000);
  assertEquals(screen.text.map((line) => line.slice(0, 3)), ["two", "one"]);
  board.printAbove(() => screen.write("a task says this\n"));
  assertEquals(screen.text.map((line) => line.slice(0, 3)), ["two", "a t", "one"]);
  board.remove(one);
  board.remove(one);
  assertEquals(screen.text.map((line) => line.slice(0, 3)), ["two", "a t", "one"]);
  assertEquals(clock.waitingCount, 0);
});

Deno.test("ProgressBoard draws over what a narrower screen has wrapped", () => {
  const clock = new FakeClock();
  const screen = new Screen();
  const board = new ProgressBoard({ clock, output: screen });
  const tasks = new Tasks("inc", clock);
  tasks.done = 5;
  clock.advance(1_000);
  board.add(tasks);
  screen.shrink(30);
  assertEquals(screen.text.length, 2);
  clock.advance(100);
  assertEquals(screen.text, ["inc  ████████░░░░░░░░░   5/10"]);
  screen.columns = 200;
  clock.advance(100);
  assertEquals(screen.text.length, 1);
  board.remove(tasks);
});

Deno.test("ProgressBoard prints a line from time to time on no terminal", () => {
  const clock = new FakeClock();
  const screen = new Screen(false);
  const board = new ProgressBoard({ clock, output: screen });
  const tasks = new Tasks("inc", clock);
  board.add(tasks);
  clock.advance(900);
  assertEquals(screen.text, []);
  tasks.done = 4;
  clock.advance(5_000);
  assertEquals(screen.text, ["progress: inc 4/10; 4.0/s, 1.5 s left"]);
  clock.advance(5_500);
  assertEquals(screen.text.length, 2);
  tasks.done = 10;
  tasks.isOver = true;
  board.remove(tasks);
  assertEquals(screen.text.at(-1), "progress: inc 10/10; in 11 s");
  board.printAbove(() => screen.write("x\n"));
  assertEquals(screen.text.at(-1), "x");
});

Deno.test("ProgressBoard goes on when nobody reads its output any more", () => {
  const clock = new FakeClock();
  const screen = new Screen();
  const board = new ProgressBoard({ clock, output: screen });
  const tasks = new Tasks("inc", clock);
  screen.isGone = true;
  board.add(tasks);
  clock.advance(1_000);
  board.remove(tasks);
  assertEquals([screen.writeCount, clock.waitingCount], [0, 0]);
});
