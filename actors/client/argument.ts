/** Types of what tasks take and give: how futures in arguments become values. @module */
import type { AnyFunction } from "../code/captured_function.ts";
import type { Future } from "./future.ts";

/** What travels as one value: futures are not looked for inside it. */
export type Opaque =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | AnyFunction
  | Date
  | RegExp
  | URL
  | { readonly [Symbol.toStringTag]: string };

/** What a task parameter of type `T` accepts: the value, a future of it, or arrays and plain objects with futures inside. */
export type Arg<T> =
  | T
  | Future<T>
  | (T extends Opaque ? never
    : IsList<T> extends true ? readonly Arg<Entry<T>>[]
    : { readonly [K in keyof T]: Arg<T[K]> });

/** Whether `T` is an array, not a tuple or object. Arrays are written out so that recursive types (JSON) stay lazy. */
export type IsList<T> = T extends readonly unknown[] ? number extends T["length"] ? true : false : false;

/** What an array holds. */
export type Entry<T> = T extends readonly (infer E)[] ? E : never;

/** {@linkcode Arg} for a whole parameter list. */
export type Args<P extends readonly unknown[]> = { readonly [K in keyof P]: Arg<P[K]> };

/** `T` with every future in it replaced by its value: what `gather` gives, and what a task sees. */
export type Resolved<T> = unknown extends T ? T
  : T extends Future<infer V> ? V
  : T extends Opaque ? T
  : IsList<T> extends true ? Resolved<Entry<T>>[]
  : { -readonly [K in keyof T]: Resolved<T[K]> };

/** {@linkcode Resolved} for a whole argument list. */
export type ResolvedArgs<P extends readonly unknown[]> = { -readonly [K in keyof P]: Resolved<P[K]> } & unknown[];

/** A collection of futures without the entries that failed. */
export type Survivors<T> = T extends readonly (infer E)[] ? Resolved<E>[]
  : { -readonly [K in keyof T]?: Resolved<T[K]> };

/** A sync or async iterable. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

/** What `map` takes for the parameter list `P` when every source is at hand. */
export type Sources<P extends readonly unknown[]> = { readonly [K in keyof P]: Iterable<Arg<P[K]>> };

/** What `map` takes for the parameter list `P` when at least one source is async. */
export type AnySources<P extends readonly unknown[]> = { readonly [K in keyof P]: AnyIterable<Arg<P[K]>> };

/** The values that a task sees when `map` zips the sources `S`. */
export type Items<S extends readonly unknown[]> =
  & { -readonly [K in keyof S]: S[K] extends AnyIterable<infer E> ? Resolved<E> : never }
  & unknown[];

/** The same collection with a future in place of each entry: what `scatter` gives. */
export type Scattered<T> = { -readonly [K in keyof T]: Future<T[K]> };
