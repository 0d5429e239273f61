import { parseDuration, parseResources, parseSize } from "./quantity.ts";

/** A flag with a value. */
export interface ValueFlag<T> {
  /** Stands for the value in the help, such as "PORT". */
  readonly placeholder: string;
  /** What it does, in one line. */
  readonly help: string;
  /** What a value looks like, for the message about one that does not. */
  readonly expected: string;
  /** Reads a value; `undefined` when it is none. */
  readonly read: (text: string) => T | undefined;
}

/** A flag that is given or not. */
export interface SwitchFlag {
  /** What it does, in one line. */
  readonly help: string;
}

/** Any text. */
export function textFlag(placeholder: string, help: string): ValueFlag<string> {
  return { placeholder, help, expected: "some text", read: (text) => text };
}

/** A whole number of things, at least 1. */
export function countFlag(help: string): ValueFlag<number> {
  return { placeholder: "N", help, expected: "a whole number from 1", read: (text) => wholeNumber(text, 1, 1_000_000) };
}

/** A port; 0 for any free one. */
export function portFlag(help: string): ValueFlag<number> {
  return {
    placeholder: "PORT",
    help,
    expected: "a port from 0 to 65535",
    read: (text) => wholeNumber(text, 0, 65_535),
  };
}

/** Bytes, or a fraction up to 1; see {@linkcode parseSize}. */
export function sizeFlag(help: string): ValueFlag<number> {
  return { placeholder: "SIZE", help, expected: 'a size such as "512 MiB", "2GB" or "0.5"', read: parseSize };
}

/** Milliseconds; see {@linkcode parseDuration}. */
export function durationFlag(help: string): ValueFlag<number> {
  return { placeholder: "TIME", help, expected: 'a duration such as "500ms", "30s" or "2 hours"', read: parseDuration };
}

/** Amounts by name; see {@linkcode parseResources}. */
export function resourcesFlag(help: string): ValueFlag<Readonly<Record<string, number>>> {
  return { placeholder: "NAME=N,...", help, expected: 'amounts such as "gpu=2,mem=1e9"', read: parseResources };
}

/** One of a few words. */
export function choiceFlag<const C extends string>(choices: readonly C[], help: string): ValueFlag<C> {
  return {
    placeholder: choices.join("|"),
    help,
    expected: choices.map((choice) => `"${choice}"`).join(" or "),
    read: (text) => choices.find((choice) => choice === text),
  };
}

/** A flag without a value. */
export function switchFlag(help: string): SwitchFlag {
  return { help };
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  const number = Number(text);
  return /^\d{1,7}$/.test(text) && number >= min && number <= max ? number : undefined;
}
