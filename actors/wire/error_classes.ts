/** Classes of errors that the platform has: their instances travel as themselves. @module */

/** One of the platform's classes of errors. */
export interface ErrorClass {
  /** The class itself. */
  readonly type: abstract new (...args: never[]) => Error;
  /** Makes an instance. */
  make(message: string): Error;
}

function plain(type: new (message: string) => Error): ErrorClass {
  return { type, make: (message) => new type(message) };
}

/** By their number on the wire: never renumber one. A class stands behind those that it extends. */
export const ERROR_CLASSES: readonly ErrorClass[] = [
  plain(Error),
  plain(EvalError),
  plain(RangeError),
  plain(ReferenceError),
  plain(SyntaxError),
  plain(TypeError),
  plain(URIError),
  { type: AggregateError, make: (message) => new AggregateError([], message) },
  { type: SuppressedError, make: (message) => new SuppressedError(undefined, undefined, message) },
  plain(Deno.errors.NotFound),
  plain(Deno.errors.PermissionDenied),
  plain(Deno.errors.ConnectionRefused),
  plain(Deno.errors.ConnectionReset),
  plain(Deno.errors.ConnectionAborted),
  plain(Deno.errors.NotConnected),
  plain(Deno.errors.AddrInUse),
  plain(Deno.errors.AddrNotAvailable),
  plain(Deno.errors.BrokenPipe),
  plain(Deno.errors.AlreadyExists),
  plain(Deno.errors.InvalidData),
  plain(Deno.errors.TimedOut),
  plain(Deno.errors.Interrupted),
  plain(Deno.errors.WriteZero),
  plain(Deno.errors.WouldBlock),
  plain(Deno.errors.UnexpectedEof),
  plain(Deno.errors.BadResource),
  plain(Deno.errors.Http),
  plain(Deno.errors.Busy),
  plain(Deno.errors.NotSupported),
  plain(Deno.errors.FilesystemLoop),
  plain(Deno.errors.IsADirectory),
  plain(Deno.errors.NetworkUnreachable),
  plain(Deno.errors.NotADirectory),
  plain(Deno.errors.NotCapable),
];

/** Stand-ins that are kept; a program has far fewer classes of errors. */
const STAND_INS_MAX = 1_000;
/** Their prototypes, by number and name. */
const standIns = new Map<string, object>();

/** The number of the nearest of the platform's classes that an error is an instance of. */
export function errorClassIndex(error: Error): number {
  return Math.max(0, ERROR_CLASSES.findLastIndex(({ type }) => error instanceof type));
}

/**
 * An error whose class did not travel with it: of a class that extends the same platform's class, and has the same name,
 * which is what people are shown.
 *
 * @param index The number of the platform's class.
 * @param className The name of the class that is missing.
 * @param message Its message.
 */
export function makeStandIn(index: number, className: string, message: string): Error | undefined {
  const base = ERROR_CLASSES[index];
  if (base === undefined) return undefined;
  const error = base.make(message);
  Object.setPrototypeOf(error, prototypeFor(base, `${index} ${className}`, className));
  return error;
}

function prototypeFor({ type }: ErrorClass, key: string, className: string): object {
  const known = standIns.get(key);
  if (known !== undefined) return known;
  if (standIns.size === STAND_INS_MAX) standIns.clear();
  const { prototype } = { [className]: class extends type {} }[className] ?? type;
  standIns.set(key, prototype);
  return prototype;
}
