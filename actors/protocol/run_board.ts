/**
 * Which runs in an executor's hands have begun, in memory that worker and executor share. A worker can so take back a
 * run that has not begun from an executor that is busy, and knows exactly which runs had begun when an executor dies:
 * both without a message.
 *
 * A cell holds the run's id (folded) while the run waits, its negative once it has begun, and 0 when the cell is free. Both sides
 * change it by compare-and-exchange with the id they mean, so a cell may be used again at once: a message about an
 * older run finds another id.
 *
 * @module
 */
import type { RunId } from "./task.ts";

/** Ids are folded to 30 bits: two runs of one executor are never 2^30 apart. */
const ID_MASK = 0x3fff_ffff;

/** No cell was free: the run is told apart by messages alone, and cannot be taken back once sent. */
export const NO_CELL = 0xffff;

/** The executor's side: which runs may begin. */
export class RunBoard {
  readonly #cells: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
  }

  /** Begins a run; false when it was taken back. */
  begin(cell: number, runId: RunId): boolean {
    if (cell === NO_CELL) return true;
    const id = cellValue(runId);
    return Atomics.compareExchange(this.#cells, cell, id, -id) === id;
  }
}

/** The worker's side: gives cells to runs. */
export class RunBoardOwner {
  /** To be handed to the executor. */
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  /** Cells that were given back; those from `#unused` on were never given. */
  readonly #free: number[] = [];
  #unused = 0;
  /** Cell by run in the executor's hands. */
  readonly #cellOf = new Map<RunId, number>();

  constructor(cellCount: number) {
    this.memory = new SharedArrayBuffer(cellCount * 4);
    this.#cells = new Int32Array(this.memory);
  }

  /** Gives a run that is about to be sent its cell. */
  assign(runId: RunId): number {
    const cell = this.#free.pop() ?? (this.#unused < this.#cells.length ? this.#unused++ : undefined);
    if (cell === undefined) return NO_CELL;
    Atomics.store(this.#cells, cell, cellValue(runId));
    this.#cellOf.set(runId, cell);
    return cell;
  }

  /** The run has ended, or is known to have begun by other means. */
  release(runId: RunId): void {
    const cell = this.#cellOf.get(runId);
    if (cell === undefined) return;
    this.#cellOf.delete(runId);
    Atomics.store(this.#cells, cell, 0);
    this.#free.push(cell);
  }

  /** Takes a run back; false when it has begun (or has no cell). */
  takeBack(runId: RunId): boolean {
    const cell = this.#cellOf.get(runId);
    if (cell === undefined) return false;
    const id = cellValue(runId);
    if (Atomics.compareExchange(this.#cells, cell, id, 0) !== id) return false;
    this.#cellOf.delete(runId);
    this.#free.push(cell);
    return true;
  }

  /** The runs that have begun and hold a cell. */
  begun(): RunId[] {
    const runs: RunId[] = [];
    for (const [runId, cell] of this.#cellOf) {
      if (Atomics.load(this.#cells, cell) < 0) runs.push(runId);
    }
    return runs;
  }
}

/** What a cell holds while the run waits: never 0, which is a free cell. */
function cellValue(runId: RunId): number {
  return (runId & ID_MASK) + 1;
}
