/** Sizes as people write them. @module */
import { describe, troupeError } from "../base/errors.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["kB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
]);

/**
 * Reads a size.
 *
 * @param size A number of bytes, or text such as `"512 MiB"`.
 * @param name Of the option, for the message.
 * @throws `input/invalid`.
 */
export function parseByteSize(size: unknown, name: string): number {
  const bytes = typeof size === "number" ? size : typeof size === "string" ? parseText(size) : undefined;
  if (bytes !== undefined && Number.isFinite(bytes) && bytes > 0) return Math.floor(bytes);
  throw troupeError("input/invalid", `Cannot read ${name}: ${describe(size)} is no size`, {
    hint: 'Write a number of bytes, or text such as "512 MiB"',
  });
}

function parseText(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|KiB|MiB|GiB)?\s*$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNITS.get(match[2] ?? "B")!;
}
