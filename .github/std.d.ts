/**
 * Types for the `@std/*` names of `deno.json`. Here they are mapped to npm, which carries the code without its types.
 * One block per module, only what is used. On a machine with JSR, map the names to `jsr:` and delete this file.
 */

declare module "@std/assert" {
  // deno-lint-ignore no-explicit-any -- any constructor, also one with arguments of its own
  type AnyClass = abstract new (...args: any[]) => unknown;
  // deno-lint-ignore no-explicit-any -- any class of errors
  type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

  /** What every assertion of this module throws. */
  export class AssertionError extends Error {
    constructor(message: string, options?: ErrorOptions);
  }
  /** Throws unless `expr` is truthy. */
  export function assert(expr: unknown, msg?: string): asserts expr;
  /** Throws unless `expr` is falsy. */
  export function assertFalse(expr: unknown, msg?: string): asserts expr is false | 0 | 0n | "" | null | undefined;
  /** Throws unless both are within `tolerance` (default: 1e-7 of `expected`). */
  export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void;
  /** Throws unless `actual` has each of `expected`, by deep equality. */
  export function assertArrayIncludes<T>(
    actual: ArrayLike<T>,
    expected: ArrayLike<T>,
    msg?: string,
  ): void;
  /** Throws unless both are deeply equal. */
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  /** Throws when `actual` is `null` or `undefined`. */
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  /** Throws unless `actual > expected`. */
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  /** Throws unless `actual >= expected`. */
  export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  /** Throws unless `actual` is an instance of `expectedType`. */
  export function assertInstanceOf<T extends AnyClass>(
    actual: unknown,
    expectedType: T,
    msg?: string,
  ): asserts actual is InstanceType<T>;
  /** Throws unless `error` is an error of that class whose message includes `msgMatches`, or matches it. */
  export function assertIsError<E extends Error = Error>(
    error: unknown,
    ErrorClass?: ErrorClass<E>,
    msgMatches?: string | RegExp,
    msg?: string,
  ): asserts error is E;
  /** Throws unless `actual < expected`. */
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  /** Throws unless `actual <= expected`. */
  export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
  /** Throws unless `actual` matches `expected`. */
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  /** Throws when both are deeply equal. */
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  /** Throws when `actual` is an instance of `unexpectedType`. */
  export function assertNotInstanceOf<A, T>(
    actual: A,
    // deno-lint-ignore no-explicit-any -- any constructor, also one with arguments of its own
    unexpectedType: abstract new (...args: any[]) => T,
    msg?: string,
  ): asserts actual is Exclude<A, T>;
  /** Throws when `actual` matches `expected`. */
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  /** Throws when both are the same by `Object.is`. */
  export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;
  /** Throws unless `actual` has all that `expected` has. */
  export function assertObjectMatch(
    actual: Record<PropertyKey, unknown>,
    expected: Record<PropertyKey, unknown>,
    msg?: string,
  ): void;
  /** Throws unless the promise of `fn` rejects. */
  export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  /** Throws unless the promise of `fn` rejects with that class of error; gives the error. */
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    ErrorClass: ErrorClass<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
  /** Throws unless both are the same by `Object.is`. */
  export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;
  /** Throws unless `actual` includes `expected`. */
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  /** Throws unless `fn` throws. */
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  /** Throws unless `fn` throws that class of error; gives the error. */
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    ErrorClass: ErrorClass<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
  /** Whether both are deeply equal. */
  export function equal(a: unknown, b: unknown): boolean;
  /** Throws. */
  export function fail(msg?: string): never;
  /** Throws: this line must not be reached. */
  export function unreachable(msg?: string): never;
}

declare module "@std/async/delay" {
  /** How to wait. */
  export interface DelayOptions {
    /** Rejects the wait with its reason once aborted. */
    signal?: AbortSignal;
    /** Whether the wait keeps the process alive. Default: true. */
    persistent?: boolean;
  }
  /** Resolves after `ms` milliseconds. */
  export function delay(ms: number, options?: DelayOptions): Promise<void>;
}

declare module "@std/cli/parse-args" {
  /** What `parseArgs` gives: one property per flag, positional arguments in `_`, those behind `--` in `"--"`. */
  export type ParsedArgs<B extends string, S extends string, C extends string> =
    & { readonly [K in Exclude<B, C>]: boolean }
    & { readonly [K in Exclude<S, C>]?: string }
    & { readonly [K in C]: K extends B ? readonly boolean[] : readonly string[] }
    & { readonly _: readonly (string | number)[]; readonly "--"?: readonly string[] };
  /** What the flags are. */
  export interface ParseOptions<B extends string, S extends string, C extends string> {
    /** Flags without a value: `false` when not given. */
    readonly boolean?: readonly B[];
    /** Flags whose value stays text. */
    readonly string?: readonly S[];
    /** Flags that may be given more than once: always an array. */
    readonly collect?: readonly C[];
    /** Booleans that `--no-x` turns off. */
    readonly negatable?: readonly string[];
    /** Other names of flags. */
    readonly alias?: Readonly<Record<string, string | readonly string[]>>;
    /** Values of flags that are not given. */
    readonly default?: Readonly<Record<string, unknown>>;
    /** Puts what stands behind `--` into the property `"--"`. */
    readonly "--"?: boolean;
    /** Puts everything from the first positional argument on into `_`. */
    readonly stopEarly?: boolean;
    /** Called for what no option names; `false` leaves it out of the result. */
    readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  /** Reads command line arguments. */
  export function parseArgs<
    const B extends string = never,
    const S extends string = never,
    const C extends B | S = never,
  >(args: readonly string[], options?: ParseOptions<B, S, C>): ParsedArgs<B, S, C>;
}

declare module "@std/msgpack" {
  /** What MessagePack can say. */
  export type ValueType =
    | number
    | bigint
    | string
    | boolean
    | null
    | Uint8Array
    | readonly ValueType[]
    | ValueMap;
  /** A map with text keys. */
  export interface ValueMap {
    [index: string | number]: ValueType;
  }
  /** Reads one value; throws on bytes that are none or too many. */
  export function decode(data: Uint8Array): ValueType;
  /** Writes one value; throws on what MessagePack cannot say. */
  export function encode(object: ValueType): Uint8Array<ArrayBuffer>;
}
