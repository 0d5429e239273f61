/** What a `Reviver` needs, and what it gives. @module */
import type { Packed } from "../protocol/packed.ts";
import type { AnyFunction } from "./captured_function.ts";

/** How special values within an environment are read: futures, actor refs, instances of registered classes. */
export interface SpecialReader {
  /** Makes what the writer has taken apart. */
  read(tag: string, payload: unknown): unknown;
}

/** A function that was revived, short of the values of its variables. */
export interface RevivedCode {
  /** Whether it has variables: their values come with every call. */
  readonly hasEnvironment: boolean;
  /**
   * The function.
   *
   * @param environment The values of its variables, as they came.
   * @param special Reads special values among them.
   */
  make(environment: Packed, special: SpecialReader): AnyFunction;
}

/** What Troupe offers to functions that come from elsewhere. */
export interface ReviverWorld {
  /** Troupe's own exports that every thread has loaded, by name. */
  readonly library: Readonly<Record<string, unknown>>;
  /** All of Troupe's exports: loaded for the first function that uses another one. */
  loadLibrary(): Promise<Readonly<Record<string, unknown>>>;
  /** Has `load` import a module that a function needs, so that the module's top level can be told from a task's code. */
  readonly importing?: (url: string, load: () => Promise<object>) => Promise<object>;
}
