/** What a client knows of one result; shared by all its futures of that key. @module */
import type { Packed } from "../protocol/packed.ts";
import type { TaskKey, WireError, WorkerId } from "../protocol/task.ts";
import type { WaitOptions, WaitWorld } from "./waiting.ts";

/** Where a task stands, as its client last heard. */
export type FutureStatus = "pending" | "finished" | "error" | "cancelled" | "lost";

/** Options of `cancel`. */
export interface CancelOptions {
  /** Cancel even if other clients want the result. */
  force?: boolean;
  /** Reported in the error of whoever waits. */
  reason?: string;
}

/** What one future object claims; undefined once it is released. The object's own end in the garbage collector finds it. */
export interface FutureClaim {
  /** The result. */
  state: FutureState | undefined;
}

/** The session behind a future. */
export interface FutureOwner extends WaitWorld {
  /** Names the cluster: futures of one cluster may meet. Empty until the scheduler has said it. */
  readonly address: string;
  /** The value, decoded anew; rejects with what the task failed with. */
  result(state: FutureState, wait: WaitOptions | undefined): Promise<unknown>;
  /** What `result` would reject with, or null. */
  exception(state: FutureState, wait: WaitOptions | undefined): Promise<Error | null>;
  /** Stops these tasks; resolves when the scheduler has done so. */
  cancel(states: readonly FutureState[], options: CancelOptions | undefined): Promise<void>;
  /** Runs these failed tasks again; resolves when the scheduler has done so. */
  retry(states: readonly FutureState[]): Promise<void>;
  /** This task goes on although nobody may hold it any more. */
  fireAndForget(state: FutureState): void;
  /** How many tasks these results still need, themselves left out, by name. */
  unfinishedInputs(keys: readonly TaskKey[]): Promise<Readonly<Record<string, number>>>;
  /** A future object of this state was made; the answer is its claim. */
  addObject(state: FutureState, future: object): FutureClaim;
  /** A future object gives up its claim. */
  releaseObject(claim: FutureClaim): void;
  /** Sends now what was said so far, so that another session's words about it come later. */
  flush(): void;
}

const NO_HOLDERS: readonly WorkerId[] = [];

/** Hears that a state is settled. */
type Waiter = (state: FutureState) => void;

/** One key in one session. */
export class FutureState {
  /** Names the result. */
  readonly key: TaskKey;
  /** Whose it is. */
  readonly owner: FutureOwner;
  /** Moved by the scheduler's messages, by `close` and by the loss of the connection only. */
  status: FutureStatus = "pending";
  /** Type name of the result; set with `finished`. */
  type: string | undefined = undefined;
  /** Size of the result; set with `finished`. */
  bytes = 0;
  /** Who holds the result; set with `finished`, corrected when they do not. */
  holders: readonly WorkerId[] = NO_HOLDERS;
  /** Whether `value` is the result: it rode along. */
  hasValue = false;
  /** The result, while `hasValue`. */
  value: Packed = undefined;
  /** What the task failed with; set with `error`. */
  error: WireError | undefined = undefined;
  /** Where it failed; undefined when it never ran. */
  worker: string | undefined = undefined;
  /** Why it is cancelled or lost. */
  reason = "";
  /** Instead of a reason: the session's own end. */
  ended: Error | undefined = undefined;
  /** Future objects that still claim it. */
  liveObjects = 0;
  /** The last claim was given up while somebody waited. */
  isReleased = false;
  /** Holds the frames of the call that submitted it, formatted when read. */
  site: { readonly stack?: string } | undefined = undefined;
  /** Function and arguments, for tasks whose key the user chose: another task under the same key is refused. */
  fingerprint: string | undefined = undefined;
  #waiters: Waiter[] | undefined = undefined;

  /** A state that knows nothing yet. */
  constructor(key: TaskKey, owner: FutureOwner) {
    this.key = key;
    this.owner = owner;
  }

  /** Whether the status is not `"pending"`. */
  get isDone(): boolean {
    return this.status !== "pending";
  }

  /** Whether a wait for it ends: it is done, or given up. */
  get isSettled(): boolean {
    return this.status !== "pending" || this.isReleased;
  }

  /**
   * Whether its end says nothing of the call, so that the same call is submitted anew: it is lost, or failed without a run,
   * because no worker fitted, for example.
   */
  get isOver(): boolean {
    return this.status === "lost" || (this.status === "error" && this.worker === undefined);
  }

  /** Calls back once, inside the call that settles it. Only while it is not settled. */
  addWaiter(waiter: Waiter): void {
    if (this.#waiters === undefined) this.#waiters = [waiter];
    else this.#waiters.push(waiter);
  }

  /** Takes a waiter back; does nothing when it has been called. */
  removeWaiter(waiter: Waiter): void {
    const index = this.#waiters?.indexOf(waiter) ?? -1;
    if (index >= 0) this.#waiters?.splice(index, 1);
  }

  /** Whether somebody waits for it. */
  get hasWaiters(): boolean {
    return this.#waiters !== undefined && this.#waiters.length > 0;
  }

  /** Calls the waiters. */
  notify(): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    this.#waiters = undefined;
    for (const waiter of waiters) waiter(this);
  }
}
