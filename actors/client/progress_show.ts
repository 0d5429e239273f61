/** Progress on this process's standard error. @module */
import { systemClock } from "../base/clock.ts";
import { progressScreen, runningTask, setProgressScreen } from "./defaults.ts";
import type { FutureState } from "./future_state.ts";
import { ProgressBoard } from "./progress_board.ts";
import { errorOutput, taskOutput } from "./progress_output.ts";
import { ProgressWatch } from "./progress_watch.ts";

/** Shows how these futures stand, until the answer is called. */
export function beginShow(states: readonly FutureState[]): () => void {
  const output = runningTask() === undefined ? errorOutput() : taskOutput();
  const board = boardFor(output.isTerminal, () => new ProgressBoard({ clock: systemClock, output }));
  const watch = new ProgressWatch(states, systemClock);
  board.add(watch);
  return () => {
    watch.end();
    board.remove(watch);
    if (board.isEmpty && progressScreen() === board) setProgressScreen(undefined);
  };
}

/** Sets that are shown on a screen at the same time share a board. */
function boardFor(isTerminal: boolean, make: () => ProgressBoard): ProgressBoard {
  if (!isTerminal) return make();
  const known = progressScreen();
  const board = known instanceof ProgressBoard ? known : make();
  setProgressScreen(board);
  return board;
}
