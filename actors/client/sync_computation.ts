/** Delayed calls made in this thread, one after the other, for debugging. @module */
import { systemClock } from "../base/clock.ts";
import { troupeError } from "../base/errors.ts";
import { KeepAlive } from "../base/keep_alive.ts";
import { CallNode, inputsFirst } from "./call_node.ts";
import { Future } from "./future.ts";
import { replaceParts } from "./nested_futures.ts";
import { waitFor, type WaitOptions, type WaitWorld } from "./waiting.ts";

/**
 * Makes a call and all that it needs, each once, in order. The first one is made before this returns, and what it throws
 * comes back as it is: its stack leads from the function to whoever called `compute`.
 *
 * @param call The call whose result is asked for.
 * @param wait When to give up: looked at between two calls, and while a call is awaited.
 */
export async function computeHere(call: CallNode, wait: WaitOptions): Promise<unknown> {
  const computation = new SyncComputation(wait);
  for (const node of inputsFirst([call])) {
    const made = computation.make(node);
    if (isThenable(made)) computation.keep(node, await computation.awaited(made));
    else computation.keep(node, made);
  }
  return computation.valueOf(call);
}

class SyncComputation {
  readonly #timeoutMs: number | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #endMs: number;
  readonly #values = new Map<CallNode, unknown>();
  readonly #world: WaitWorld;

  constructor({ timeoutMs, signal }: WaitOptions) {
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#endMs = systemClock.nowMs() + (timeoutMs ?? Infinity);
    const keepAlive = new KeepAlive();
    this.#world = {
      clock: systemClock,
      enterWait: () => keepAlive.hold(),
      leaveWait: () => keepAlive.release(),
    };
  }

  /** What the call gives, perhaps a promise of it. */
  make(node: CallNode): unknown {
    this.#signal?.throwIfAborted();
    if (systemClock.nowMs() > this.#endMs) {
      throw troupeError("wait/timeout", `Cannot compute: not done after ${this.#timeoutMs} ms`);
    }
    const futures = futuresIn(node.args);
    if (futures.size > 0) return this.#makeWithFutures(node, futures);
    return call(node, this.#argumentsOf(node, futures));
  }

  keep(node: CallNode, value: unknown): void {
    this.#values.set(node, value);
  }

  valueOf(node: CallNode): unknown {
    return this.#values.get(node);
  }

  awaited(thenable: PromiseLike<unknown>): Promise<unknown> {
    const leftMs = Math.max(0, this.#endMs - systemClock.nowMs());
    const timeoutMs = leftMs === Infinity ? undefined : leftMs;
    const whole = Promise.resolve(thenable);
    return waitFor(this.#world, { timeoutMs, signal: this.#signal }, "compute", () => whole);
  }

  async #makeWithFutures(node: CallNode, futures: Map<Future<unknown>, unknown>): Promise<unknown> {
    for (const future of futures.keys()) futures.set(future, await future.result());
    return await call(node, this.#argumentsOf(node, futures));
  }

  #argumentsOf(node: CallNode, values: ReadonlyMap<Future<unknown>, unknown>): readonly unknown[] {
    if (node.inputs.length === 0 && values.size === 0) return node.args;
    const valueOf = (part: CallNode | Future<unknown>): unknown =>
      CallNode.is(part) ? this.#values.get(part) : values.get(part);
    return node.args.map((arg) => replaceParts(arg, isStandIn, valueOf));
  }
}

function call(node: CallNode, args: readonly unknown[]): unknown {
  return Reflect.apply(node.fn, undefined, args);
}

function isStandIn(value: unknown): value is CallNode | Future<unknown> {
  return CallNode.is(value) || Future.is(value);
}

function futuresIn(args: readonly unknown[]): Map<Future<unknown>, unknown> {
  const futures = new Map<Future<unknown>, unknown>();
  replaceParts(args, Future.is, (future) => {
    futures.set(future, undefined);
    return future;
  });
  return futures;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "then") === "function";
}
