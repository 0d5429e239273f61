import { assert, assertEquals, assertFalse, assertNotEquals } from "@std/assert";
import { Worker } from "node:worker_threads";
import { NO_CELL, RunBoard, RunBoardOwner } from "../../actors/protocol/run_board.ts";

Deno.test("RunBoard.begin() lets a run begin once", () => {
  const owner = new RunBoardOwner(4);
  const board = new RunBoard(owner.memory);
  const cell = owner.assign(7);
  assertEquals(owner.begun(), []);
  assert(board.begin(cell, 7));
  assertFalse(board.begin(cell, 7));
  assertEquals(owner.begun(), [7]);
});

Deno.test("RunBoardOwner.takeBack() gets a run that has not begun, and no other", () => {
  const owner = new RunBoardOwner(4);
  const board = new RunBoard(owner.memory);
  const [first, second] = [owner.assign(1), owner.assign(2)];
  assert(board.begin(first, 1));
  assertFalse(owner.takeBack(1));
  assert(owner.takeBack(2));
  assertFalse(owner.takeBack(2));
  assertFalse(board.begin(second, 2));
  assertFalse(owner.takeBack(3));
  assertEquals(owner.begun(), [1]);
});

Deno.test("RunBoardOwner.release() frees the cell, and a message about the run before finds another id", () => {
  const owner = new RunBoardOwner(1);
  const board = new RunBoard(owner.memory);
  const cell = owner.assign(1);
  assert(board.begin(cell, 1));
  owner.release(1);
  owner.release(1);
  assertEquals(owner.begun(), []);
  assertEquals(owner.assign(2), cell);
  assertFalse(board.begin(cell, 1));
  assert(board.begin(cell, 2));
});

Deno.test("RunBoardOwner.assign() gives NO_CELL when all are taken: such a run begins and cannot be taken back", () => {
  const owner = new RunBoardOwner(2);
  const board = new RunBoard(owner.memory);
  assertNotEquals(owner.assign(1), owner.assign(2));
  assertEquals(owner.assign(3), NO_CELL);
  assertFalse(owner.takeBack(3));
  assert(board.begin(NO_CELL, 3));
  owner.release(3);
  assertEquals(owner.begun(), []);
  assert(owner.takeBack(1));
  assertNotEquals(owner.assign(4), NO_CELL);
});

Deno.test("RunBoard keeps neighbours apart, and a free cell from any run, where ids are folded", () => {
  for (const runId of [0, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 2]) {
    const owner = new RunBoardOwner(1);
    const board = new RunBoard(owner.memory);
    const cell = owner.assign(runId);
    assertFalse(board.begin(cell, runId + 1), `${runId}`);
    assert(board.begin(cell, runId), `${runId}`);
    assertEquals(owner.begun(), [runId]);
    owner.release(runId);
    assertFalse(board.begin(cell, runId), `${runId} begins in a free cell`);
  }
});

/** Runs in the race. */
const RACE_RUNS = 100_000;
/** Cells: the owner hands them out again all the time. */
const RACE_CELLS = 64;

/** The other thread: begins what it is told as fast as it can, and notes by run whether it could. */
const RACER = `
  import { workerData } from "node:worker_threads";
  const { RunBoard } = await import(workerData.module);
  const board = new RunBoard(workerData.memory);
  const offers = new Int32Array(workerData.offers);
  const begun = new Uint8Array(workerData.begun);
  Atomics.store(offers, 0, 1);
  Atomics.notify(offers, 0);
  for (let run = 0; run < begun.length; run++) {
    let cell = 0;
    while ((cell = Atomics.load(offers, 1 + run)) === 0);
    Atomics.store(begun, run, board.begin(cell - 1, run) ? 1 : 2);
  }
`;

Deno.test("RunBoard.begin() and RunBoardOwner.takeBack() never both get a run when two threads race", async () => {
  const owner = new RunBoardOwner(RACE_CELLS);
  const offers = new SharedArrayBuffer(4 * (1 + RACE_RUNS));
  const begunMemory = new SharedArrayBuffer(RACE_RUNS);
  const module = new URL("../../actors/protocol/run_board.ts", import.meta.url).href;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(RACER)}`), {
    workerData: { module, memory: owner.memory, offers, begun: begunMemory },
  });
  const exited = new Promise((resolve) => thread.once("exit", resolve));
  const cells = new Int32Array(offers);
  const begun = new Uint8Array(begunMemory);
  const up = Atomics.waitAsync(cells, 0, 0);
  await up.value;
  const taken: boolean[] = [];
  for (let run = 0; run < RACE_RUNS; run++) {
    // One cell after the other is offered while the racer is on its way to it.
    Atomics.store(cells, 1 + run, 1 + owner.assign(run));
    for (let i = run % 97; i > 0; i--) Atomics.load(cells, 0);
    // Now and then the racer is let win, however the two threads are scheduled.
    while (run % 1_000 === 0 && Atomics.load(begun, run) === 0);
    taken.push(owner.takeBack(run));
    if (!taken[run]) owner.release(run);
  }
  await exited;
  const bothOrNone = taken.filter((isTaken, run) => isTaken === (begun[run] === 1)).length;
  const takenCount = taken.filter((isTaken) => isTaken).length;
  assertEquals(bothOrNone, 0);
  assert(takenCount > 0 && takenCount < RACE_RUNS, `no race: ${takenCount} of ${RACE_RUNS} were taken back`);
  assertEquals(owner.begun(), []);
});
