/**
 * Actors that live on this worker. They have executors of their own: an actor is never ended for a task's sake, neither
 * waits for the other, and what an actor computes is nobody's slot. These executors are started as actors come, as many as
 * there are for tasks at most, and shared then.
 *
 * @module
 */
import { ActorHome } from "./actor_home.ts";
import { ExecutorRecord } from "./executor_record.ts";
import { assignRun } from "./occupancy.ts";
import type { WorkerState } from "./state.ts";

/** Hands out what concerns actors: to the executor of each, of each caller what came first. */
export function handOutToActors(state: WorkerState): void {
  if (state.isStopping) return state.dueHomes.clear();
  for (const run of state.unmade) {
    let home = state.homes.get(run.key);
    if (home === undefined) state.homes.set(run.key, home = new ActorHome(run.key, executorForActor(state)));
    if (home.executor.phase !== "taking") continue;
    state.unmade.delete(run);
    assignRun(state, home.executor, run);
  }
  for (const home of state.dueHomes) {
    for (const [caller, line] of home.lines) {
      while (line[0]?.phase === "ready") assignRun(state, home.executor, line.shift()!);
      if (line.length === 0) home.lines.delete(caller);
    }
  }
  state.dueHomes.clear();
}

/** The executor with the fewest actors; a new one while there may be more. */
function executorForActor(state: WorkerState): ExecutorRecord {
  const counts = new Map<ExecutorRecord, number>();
  for (const executor of state.actorCrew) if (executor.phase !== "ending") counts.set(executor, 0);
  for (const { executor } of state.homes.values()) counts.set(executor, (counts.get(executor) ?? 0) + 1);
  let best: ExecutorRecord | undefined;
  for (const executor of counts.keys()) {
    if (executor.phase === "ending") continue;
    if (best === undefined || counts.get(executor)! < counts.get(best)!) best = executor;
  }
  if (best !== undefined && (counts.get(best) === 0 || counts.size >= state.options.threads)) return best;
  const executor = new ExecutorRecord(`executor-${++state.lastExecutorNumber}`, true);
  state.executors.set(executor.id, executor);
  state.actorCrew.push(executor);
  state.outbox.startExecutor(executor.id);
  return executor;
}
