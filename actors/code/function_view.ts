/** What a capture has to know of one function. @module */
import type { LeafPart } from "./function_code.ts";

/** A function, its text and the values of its variables. */
export type FunctionView = SourceView | BoundView | LeafView;

/** A function by value. */
export interface SourceView {
  /** Tells the kinds apart. */
  readonly kind: "source";
  /** Its name, empty for an anonymous one. */
  readonly name: string;
  /** An expression whose value is the function. */
  readonly text: string;
  /** What `toString()` gives: how the text stands in its script. */
  readonly original: string;
  /** What its names mean; globals are left out. */
  readonly variables: readonly CapturedVariable[];
  /** Names that it writes. */
  readonly written: readonly string[];
  /** URL of its script, when it asks for it. */
  readonly metaUrl: string;
  /** Its own properties; undefined when it has none. */
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  /** Whether none of its variables can have another value later. */
  readonly isStable: boolean;
}

/** What `bind` made. */
export interface BoundView {
  /** Tells the kinds apart. */
  readonly kind: "bound";
  /** What was bound. */
  readonly target: unknown;
  /** `[this, arguments]`. */
  readonly values: readonly [self: unknown, args: readonly unknown[]];
}

/** A function by reference. */
export interface LeafView {
  /** Tells the kinds apart. */
  readonly kind: "leaf";
  /** The reference. */
  readonly part: LeafPart;
}

/** A name in a function's text, and what it means: a value of the moment, or something by reference. */
export type CapturedVariable =
  | { readonly name: string; readonly kind: "value"; readonly value: unknown }
  | { readonly name: string; readonly kind: "leaf"; readonly part: LeafPart };
