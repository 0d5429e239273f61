import { EXIT } from "./exit_code.ts";

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];

/** Longest delay of a timer; it never matters when it rings. */
const FOREVER_MS = 2 ** 31 - 1;

/** Ctrl-C, or SIGTERM: the first asks to close, a second one ends the process at once. Holds the process open. */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer = setInterval(() => undefined, FOREVER_MS);
  readonly #onSignal = (): void => {
    if (this.#controller.signal.aborted) Deno.exit(EXIT.interrupted);
    this.#controller.abort(new Error("Interrupted"));
  };

  /** Listens from here on, until disposed. */
  constructor() {
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#onSignal);
  }

  /** Aborts at the first one. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for `work`, but no longer than until the first one; then `undefined`. */
  async orInterrupted<T>(work: Promise<T>): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const onAbort = () => resolve(undefined);
    this.signal.addEventListener("abort", onAbort);
    if (this.signal.aborted) onAbort();
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#onSignal);
  }
}
