/** A claim on the result of a task. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { CancelOptions, FutureClaim, FutureState, FutureStatus } from "./future_state.ts";
import { showAs } from "./inspect.ts";
import type { WaitOptions } from "./waiting.ts";

/** A claim on the result of a task. Not thenable: `await future.result()`. */
export class Future<out T> implements Disposable {
  readonly #state: FutureState;
  readonly #claim: FutureClaim;

  /** For Troupe's own code. */
  protected constructor(state: FutureState) {
    this.#state = state;
    this.#claim = state.owner.addObject(state, this);
  }

  /** Names the result in the whole cluster. */
  get key(): string {
    return this.#state.key;
  }

  /** Where the task stands. */
  get status(): FutureStatus {
    return this.#state.status;
  }

  /** Type name of the result, once finished. */
  get type(): string | undefined {
    return this.#state.status === "finished" ? this.#state.type : undefined;
  }

  /** Whether the status is not `"pending"`. */
  get done(): boolean {
    return this.#state.isDone;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Future" {
    return "Future";
  }

  /** The value; rejects with the task's own error, or with `task/cancelled` or `task/lost`. */
  async result(wait?: WaitOptions): Promise<T> {
    const state = this.#claimed("get the result");
    const value = await state.owner.result(state, wait);
    this.#keep();
    return value as T; // what a task gives has no type before its function says so
  }

  /** What `result()` would reject with, or null when the task finished. */
  async exception(wait?: WaitOptions): Promise<Error | null> {
    const state = this.#claimed("get the exception");
    const error = await state.owner.exception(state, wait);
    this.#keep();
    return error;
  }

  /** Cancels the task unless another client wants it; resolves when the scheduler has done so. */
  async cancel(options?: CancelOptions): Promise<void> {
    const state = this.#claimed("cancel");
    await state.owner.cancel([state], options);
    this.#keep();
  }

  /** Runs a failed task again, and its failed ancestors. */
  async retry(): Promise<void> {
    const state = this.#claimed("retry");
    await state.owner.retry([state]);
    this.#keep();
  }

  /** Gives up this claim; later use throws `future/released`. `using` does the same. */
  release(): void {
    if (this.#claim.state !== undefined) this.#state.owner.releaseObject(this.#claim);
  }

  /** Calls back once, as soon as the future is done. Disposing the answer takes the callback back. */
  whenDone(callback: (future: Future<T>) => void): Disposable {
    const state = this.#claimed("watch");
    if (typeof callback !== "function") {
      throw troupeError(
        "input/invalid",
        `Cannot watch future ${quote(state)}: ${describe(callback)} is not a function`,
      );
    }
    const watch = { isOver: false };
    // A callback that throws is an uncaught error of its own microtask, as with any event listener.
    const call = () => {
      if (watch.isOver) return;
      watch.isOver = true;
      callback(this);
    };
    const onSettled = () => {
      if (state.isDone) queueMicrotask(call);
    };
    if (state.isDone) onSettled();
    else state.addWaiter(onSettled);
    return {
      [Symbol.dispose]() {
        watch.isOver = true;
        state.removeWaiter(onSettled);
      },
    };
  }

  /** What `using` calls. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** A future of this state. For Troupe's own code. */
  static of<T>(state: FutureState): Future<T> {
    return new Future<T>(state);
  }

  /** Whether a value is a future. For Troupe's own code. */
  static is(value: unknown): value is Future<unknown> {
    return typeof value === "object" && value !== null && #state in value;
  }

  /**
   * What a future claims; throws `input/invalid` for what is none and `future/released`. For Troupe's own code.
   *
   * @param future The future.
   * @param action What is being done with it, for messages: `submit task "sum"`.
   */
  static stateOf(future: unknown, action: string): FutureState {
    if (!Future.is(future)) {
      throw troupeError("input/invalid", `Cannot ${action}: ${describe(future)} is not a future`);
    }
    if (future.#claim.state === undefined) throw released(future.#state, action);
    return future.#state;
  }

  static {
    showAs(this.prototype, (future) => {
      if (!Future.is(future)) return "Future {}"; // the prototype itself
      const type = future.type === undefined ? "" : `type: ${future.type}, `;
      return `<Future: ${future.status}, ${type}key: ${future.key}>`;
    });
  }

  #claimed(action: string): FutureState {
    if (this.#claim.state === undefined) throw released(this.#state, `${action} of future`);
    return this.#state;
  }

  /**
   * Called after a wait, so that the future is reachable while it is waited for: otherwise the garbage collector could
   * take it, its claim would be given up, and the task be stopped.
   */
  #keep(): void {}
}

function released(state: FutureState, action: string): Error {
  return troupeError("future/released", `Cannot ${action} ${quote(state)}: it was released`, {
    hint: "Release a future, or leave the block of its `using`, only after its last use",
    details: { key: state.key },
  });
}

function quote(state: FutureState): string {
  return describe(state.key);
}
