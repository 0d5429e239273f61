/**
 * The one error class of this package and its codes. Identity rests on `code`, never on `instanceof`: classes die in
 * `postMessage` and on sockets.
 *
 * @module
 */

/** Every code there is. Stable: codes cross the wire. */
export type ErrorCode =
  | "input/invalid"
  | "wait/timeout"
  | "completed/empty"
  | "task/not-serializable"
  | "task/cancelled"
  | "task/lost"
  | "task/killed-worker"
  | "task/timeout"
  | "task/no-worker"
  | "task/key-conflict"
  | "task/too-large"
  | "task/outside"
  | "task/read-only"
  | "future/released"
  | "future/foreign"
  | "client/none"
  | "client/closed"
  | "client/unreachable"
  | "client/refused"
  | "client/importing"
  | "cluster/not-managed"
  | "cluster/port-in-use"
  | "queue/closed"
  | "topic/full"
  | "dataset/exists"
  | "dataset/not-found"
  | "actor/terminated"
  | "actor/timeout"
  | "actor/mailbox-full"
  | "actor/not-found"
  | "actor/name-taken"
  | "actor/cycle"
  | "link/down"
  | "wire/frame-too-large"
  | "wire/malformed";

/** The codes for lookup: the compiler keeps it complete. */
const KNOWN_CODES: Readonly<Record<ErrorCode, true>> = {
  "input/invalid": true,
  "wait/timeout": true,
  "completed/empty": true,
  "task/not-serializable": true,
  "task/cancelled": true,
  "task/lost": true,
  "task/killed-worker": true,
  "task/timeout": true,
  "task/no-worker": true,
  "task/key-conflict": true,
  "task/too-large": true,
  "task/outside": true,
  "task/read-only": true,
  "future/released": true,
  "future/foreign": true,
  "client/none": true,
  "client/closed": true,
  "client/unreachable": true,
  "client/refused": true,
  "client/importing": true,
  "cluster/not-managed": true,
  "cluster/port-in-use": true,
  "queue/closed": true,
  "topic/full": true,
  "dataset/exists": true,
  "dataset/not-found": true,
  "actor/terminated": true,
  "actor/timeout": true,
  "actor/mailbox-full": true,
  "actor/not-found": true,
  "actor/name-taken": true,
  "actor/cycle": true,
  "link/down": true,
  "wire/frame-too-large": true,
  "wire/malformed": true,
};

/** What goes into a {@linkcode TroupeError} besides code and message. */
export interface TroupeErrorOptions extends ErrorOptions {
  /** What the reader can do about it, as an instruction. */
  readonly hint?: string | undefined;
  /** The values concerned. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Every error of Troupe itself. A task's own error comes back as itself.
 *
 * Messages start with the failed action and quote values. Tell errors apart by {@linkcode TroupeError.is} and `code`.
 *
 * @example Branching on the code
 * ```ts
 * import { Client, TroupeError } from "@troupe/troupe";
 * import { assert } from "@std/assert";
 *
 * try {
 *   await Client.connect("nonsense");
 * } catch (error) {
 *   assert(TroupeError.is(error, "input/invalid"));
 * }
 * ```
 */
export class TroupeError extends Error {
  /** The name shown in stack traces. */
  override readonly name = "TroupeError";
  /** What happened, for programs. */
  readonly code: ErrorCode;
  /** What to do, for people. */
  readonly hint: string | undefined;
  /** The values concerned. */
  readonly details: Readonly<Record<string, unknown>>;

  private constructor(code: ErrorCode, message: string, options: TroupeErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  /**
   * Whether it is one of ours, also after a thread or socket; with this code, if given.
   *
   * @param error Anything that was thrown.
   * @param code The code it must have; any by default.
   */
  static is<C extends ErrorCode = ErrorCode>(error: unknown, code?: C): error is TroupeError & { readonly code: C } {
    if (!(error instanceof Error) || error.name !== "TroupeError" || !("code" in error)) return false;
    return isErrorCode(error.code) && (code === undefined || error.code === code);
  }

  /** Makes one. For Troupe's own code. */
  static make(code: ErrorCode, message: string, options: TroupeErrorOptions = {}): TroupeError {
    return new TroupeError(code, message, options);
  }
}

/** Whether a text is one of the known codes. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === "string" && Object.hasOwn(KNOWN_CODES, text);
}

/** A {@linkcode TroupeError}, shorter to throw: `throw troupeError("client/closed", "Cannot submit: client is closed")`. */
export function troupeError(code: ErrorCode, message: string, options?: TroupeErrorOptions): TroupeError {
  return TroupeError.make(code, message, options);
}

/** Anything that was thrown, as an `Error`; what is no error becomes the cause of one. */
export function asError(thrown: unknown): Error {
  if (isError(thrown)) return thrown;
  return new Error(`Thrown value is not an error: ${describe(thrown)}`, { cause: thrown });
}

/** Whether it is an error. A proxy that throws when it is asked is none. */
export function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}

/** A value as it is quoted in messages: short, on one line, never throwing. */
export function describe(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : inspect(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function inspect(value: unknown): string {
  try {
    return Deno.inspect(value, { depth: 2, compact: true, breakLength: Infinity, colors: false });
  } catch (error) {
    return `(a value that cannot be shown: ${error instanceof Error ? error.name : "thrown"})`;
  }
}
