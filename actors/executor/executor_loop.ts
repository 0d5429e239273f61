/**
 * Who runs next on one thread: one task at a time, and a task that awaits the cluster makes room for others, the most
 * deeply nested first; so nested tasks cannot deadlock. Each run is entered from `schedule` (setImmediate), never from a
 * message handler: there V8's silent end for lack of memory becomes a clean event of the thread.
 *
 * @module
 */
import { TurnoverMap } from "../base/turnover_map.ts";
import type { Clock } from "../base/clock.ts";
import { KeyedHeap } from "../base/keyed_heap.ts";
import { compareRuns, type Resumption, type TaskRun } from "./task_run.ts";

/** What the loop needs. */
export interface LoopWorld {
  /** Time: how long runs take. */
  readonly clock: Clock;
  /** Calls back in a fresh turn of the event loop. */
  schedule(turn: () => void): void;
  /** Whether the run may begin: false when it was taken back. */
  begin(run: TaskRun): boolean;
  /** Runs the task; calls `loop.ended` when it has ended, at once or later. */
  execute(run: TaskRun): void;
  /** The run is about to begin and wants that known before its first line. */
  announce(run: TaskRun): void;
  /** The run awaits the cluster. */
  suspended(run: TaskRun): void;
  /** The run goes on. */
  resumed(run: TaskRun): void;
}

/** Longest time of a turn: then what was said leaves, and what came in is heard. */
const TURN_MS = 1;

/** Runs tasks one at a time. */
export class ExecutorLoop {
  readonly #world: LoopWorld;
  /** Runs that have not begun. */
  readonly #queued = new KeyedHeap<TaskRun>(compareRuns);
  /** Runs whose wait has its outcome: they go before any that has not begun. */
  readonly #resumable = new KeyedHeap<TaskRun>(compareRuns);
  /** Runs in hand, by id. */
  readonly #runs = new TurnoverMap<number, TaskRun>();
  /** The run that has the executor; undefined when it is free. */
  #active: TaskRun | undefined;
  /** Whether a turn is due, or being taken. */
  #isDue = false;
  /** Whether no run may begin any more. */
  #isClosed = false;

  constructor(world: LoopWorld) {
    this.#world = world;
  }

  /** Ids of the runs in hand. */
  get runIds(): number[] {
    return [...this.#runs.keys()];
  }

  /** The run that has the executor. */
  get active(): TaskRun | undefined {
    return this.#active;
  }

  /** Whether the next run begins, or goes on, without anything else happening. */
  get isBusy(): boolean {
    return this.#active === undefined && (this.#queued.size > 0 || this.#resumable.size > 0);
  }

  /** The run of this id, if in hand. */
  run(runId: number): TaskRun | undefined {
    return this.#runs.get(runId);
  }

  /** Takes a run in hand; not after `close`. */
  add(run: TaskRun): void {
    if (this.#isClosed) return;
    this.#runs.set(run.runId, run);
    if (run.message.actor?.type === "call") return; // its actor has it begin
    if (isAside(run)) return this.#world.schedule(() => this.#startAside(run));
    this.#queued.push(run);
    this.#wake();
  }

  /** Begins a run at once, beside the active one, whose place it never takes. */
  #startAside(run: TaskRun): void {
    if (!this.enter(run)) return;
    this.#world.announce(run);
    this.#world.execute(run);
  }

  /** A run begins beside the active one; false when it was taken back, or has ended. */
  enter(run: TaskRun): boolean {
    if (run.status !== "queued" || this.#isClosed) return false;
    const mayBegin = this.#world.begin(run);
    run.status = mayBegin ? "active" : "ended";
    if (!mayBegin) this.#runs.delete(run.runId);
    return mayBegin;
  }

  /** Drops a run that has not begun; false when it has. */
  drop(run: TaskRun): boolean {
    if (!this.#queued.remove(run) && !(isAside(run) && run.status === "queued")) return false;
    run.status = "ended";
    this.#runs.delete(run.runId);
    return true;
  }

  /** The run has ended. Twice is fine. */
  ended(run: TaskRun): void {
    if (run.status === "ended") return;
    if (run.status === "resumable") this.#resumable.remove(run);
    this.#leave(run);
    run.status = "ended";
    this.#runs.delete(run.runId);
    this.#wake();
  }

  /**
   * Lets a run wait for the cluster: its executor takes other work until `wait` has settled and the run has its turn
   * again. Of several waits at once, the last to settle asks for the turn.
   */
  suspend<T>(run: TaskRun, wait: Promise<T>): Promise<T> {
    // What actors do is nobody's turn, nor is what runs aside.
    if (run.message.actor !== undefined || run.message.isAside) return wait;
    run.waits++;
    if (run.status === "active") {
      this.#leave(run);
      run.status = "suspended";
      this.#world.suspended(run);
      this.#wake();
    }
    return new Promise((resolve, reject) => {
      const settled = (handOver: Resumption) => {
        run.waits--;
        if (run.waits > 0 || run.status !== "suspended") return handOver();
        run.resumption = handOver;
        run.status = "resumable";
        this.#resumable.push(run);
        this.#wake();
      };
      wait.then((value) => settled(() => resolve(value)), (error) => settled(() => reject(error)));
    });
  }

  /** Drops all runs that have not begun, and begins none any more. */
  close(): void {
    for (let run = this.#queued.pop(); run !== undefined; run = this.#queued.pop()) {
      run.status = "ended";
      this.#runs.delete(run.runId);
    }
    this.#isClosed = true;
  }

  #leave(run: TaskRun): void {
    if (this.#active !== run) return;
    run.durationMs += this.#world.clock.nowMs() - run.activeSinceMs;
    this.#active = undefined;
  }

  #wake(): void {
    if (this.#isDue || this.#active !== undefined) return;
    if (this.#queued.size === 0 && this.#resumable.size === 0) return;
    this.#isDue = true;
    this.#world.schedule(this.#turn);
  }

  #turn = (): void => {
    const startMs = this.#world.clock.nowMs();
    let nowMs = startMs;
    while (this.#active === undefined && nowMs - startMs <= TURN_MS && this.#next(nowMs)) {
      nowMs = this.#world.clock.nowMs();
    }
    this.#isDue = false;
    this.#wake();
  };

  /** Gives the executor to whoever is next; false when nobody is. */
  #next(nowMs: number): boolean {
    if (this.#resumable.size > 0) this.#resume(this.#resumable.pop()!, nowMs);
    else if (this.#queued.size > 0) this.#start(this.#queued.pop()!, nowMs);
    else return false;
    return true;
  }

  #start(run: TaskRun, nowMs: number): void {
    if (!this.#world.begin(run)) {
      run.status = "ended";
      this.#runs.delete(run.runId);
      return;
    }
    run.status = "active";
    run.activeSinceMs = nowMs;
    this.#active = run;
    if (!run.message.announce) return this.#world.execute(run);
    // Two turns on, so that the announcement leaves before a first line that may never end: a thread's frames leave in a
    // turn that is asked for after this one's end.
    this.#world.announce(run);
    this.#world.schedule(() => this.#world.schedule(() => this.#begin(run)));
  }

  #begin(run: TaskRun): void {
    // Ended meanwhile, if an error that nobody caught was taken for its own.
    if (run.status === "active") this.#world.execute(run);
  }

  #resume(run: TaskRun, nowMs: number): void {
    const handOver = run.resumption;
    run.resumption = undefined;
    run.status = "active";
    run.activeSinceMs = nowMs;
    this.#active = run;
    this.#world.resumed(run);
    handOver?.();
  }
}

function isAside({ message }: TaskRun): boolean {
  return message.isAside === true || message.actor !== undefined;
}
