/** Shows the progress of several sets of futures on one output. @module */
import type { Clock, Timer } from "../base/clock.ts";
import { describeProgress, drawProgress, type ProgressState, rowsOf } from "./progress_view.ts";

/** Where progress is shown. */
export interface ProgressOutput {
  /** Whether lines can be drawn again. */
  readonly isTerminal: boolean;
  /** Whether colors are welcome. */
  readonly hasColors: boolean;
  /** Size of the screen, as it is now. */
  size(): { readonly columns: number; readonly rows: number };
  /** Writes text; throws when nobody reads it any more. */
  write(text: string): void;
}

/** What a board needs of the world. */
export interface ProgressWorld {
  /** Time. */
  readonly clock: Clock;
  /** Where it shows. */
  readonly output: ProgressOutput;
}

/** A set of futures that is shown. */
export interface ProgressSection {
  /** How it stands now. */
  look(): ProgressState;
}

/** Time between two drawings; longer when looking takes long. */
const FRAME_MS = 100;
const LOOK_SHARE = 20;
/** On no terminal: a line when a tenth more is done, but no thicker than this. */
const LINE_MS_MIN = 1_000;
/** And one in this time anyway. */
const LINE_MS_MAX = 10_000;

interface Shown {
  readonly section: ProgressSection;
  lineAtMs: number;
  lineShare: number;
}

/** All sets that are shown at the same time, one below the other. */
export class ProgressBoard {
  readonly #world: ProgressWorld;
  readonly #shown: Shown[] = [];
  #timer: Timer | undefined = undefined;
  /** What stands on the screen below everything else. */
  #drawn: readonly string[] = [];
  /** Nobody reads the output any more. */
  #isBroken = false;

  /** An empty board. */
  constructor(world: ProgressWorld) {
    this.#world = world;
  }

  /** Whether nothing is shown. */
  get isEmpty(): boolean {
    return this.#shown.length === 0;
  }

  /** Shows a set from now on. */
  add(section: ProgressSection): void {
    this.#shown.push({ section, lineAtMs: this.#world.clock.nowMs(), lineShare: 0 });
    this.#tick();
  }

  /** A set is over: its last state stays above the others. */
  remove(section: ProgressSection): void {
    const index = this.#shown.findIndex((shown) => shown.section === section);
    if (index < 0) return;
    this.#shown.splice(index, 1);
    const state = section.look();
    const { output } = this.#world;
    if (output.isTerminal) this.#draw(drawProgress(state, this.#frame()));
    else this.#write(`${describeProgress(state)}\n`);
    if (this.isEmpty) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  /** Shows whole lines of others above everything. */
  printAbove(print: () => void): void {
    if (!this.#world.output.isTerminal) return print();
    this.#erase();
    print();
    this.#draw([]);
  }

  #tick(): void {
    this.#timer?.cancel();
    const { clock, output } = this.#world;
    const startMs = clock.nowMs();
    if (output.isTerminal) this.#draw([]);
    else this.#writeLines(startMs);
    const tookMs = clock.nowMs() - startMs;
    this.#timer = clock.after(Math.max(FRAME_MS, LOOK_SHARE * tookMs), () => this.#tick());
  }

  #frame(): { columns: number; rows: number; hasColors: boolean } {
    const { columns, rows } = this.#world.output.size();
    // The last column and row stay free: a character there may wrap or scroll.
    return { columns: columns - 1, rows: rows - 1, hasColors: this.#world.output.hasColors };
  }

  /** Draws all sets anew, and above them lines that stay. */
  #draw(lasting: readonly string[]): void {
    const frame = this.#frame();
    const lines: string[] = [];
    for (const { section } of this.#shown) {
      lines.push(...drawProgress(section.look(), { ...frame, rows: frame.rows - lines.length }));
    }
    const text = [...lasting, ...lines].map((line) => `${line}\x1b[K\n`).join("");
    this.#write(`${this.#upwards()}${text}\x1b[J`);
    this.#drawn = lines;
  }

  #erase(): void {
    this.#write(`${this.#upwards()}\x1b[J`);
    this.#drawn = [];
  }

  /** Moves to where the drawing begins: it may take more rows now than when it was drawn. */
  #upwards(): string {
    const rows = rowsOf(this.#drawn, this.#world.output.size().columns);
    return rows === 0 ? "" : `\x1b[${rows}A\r`;
  }

  #writeLines(nowMs: number): void {
    for (const shown of this.#shown) {
      const state = shown.section.look();
      const [done, total] = state.groups.reduce(([a, b], group) => [a + group.done, b + group.total], [0, 0]);
      const share = done / Math.max(1, total);
      const sinceMs = nowMs - shown.lineAtMs;
      if (sinceMs < LINE_MS_MIN || (sinceMs < LINE_MS_MAX && share < shown.lineShare + 0.1)) continue;
      shown.lineAtMs = nowMs;
      shown.lineShare = share;
      this.#write(`${describeProgress(state)}\n`);
    }
  }

  #write(text: string): void {
    if (this.#isBroken) return;
    try {
      this.#world.output.write(text);
    } catch {
      // The reader of the output is gone; the tasks are not.
      this.#isBroken = true;
    }
  }
}
