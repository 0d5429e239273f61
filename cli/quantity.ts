/**
 * Sizes, durations and resources as people write them. Each function gives `undefined` for what it cannot read.
 *
 * @module
 */

const QUANTITY = /^(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)\s*([a-z]*)$/i;

/** Bytes per unit, by its name in lower case. */
const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["b", 1],
  ...["k", "m", "g", "t"].flatMap((letter, index) => sizeUnits(letter, index + 1)),
]);

/** Milliseconds per unit, by its name in lower case. */
const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ...named(1, "ms", "millisecond", "milliseconds"),
  // A bare number is seconds, as `dask worker` and `timeout` take it.
  ...named(1_000, "", "s", "sec", "second", "seconds"),
  ...named(60_000, "m", "min", "minute", "minutes"),
  ...named(3_600_000, "h", "hr", "hour", "hours"),
  ...named(86_400_000, "d", "day", "days"),
]);

/** Bytes in "512 MiB", "2GiB", "1.5 GB", "2G" or "1e9"; a bare number up to 1, such as "0.5", stays that fraction. */
export function parseSize(text: string): number | undefined {
  const quantity = parseQuantity(text, SIZE_UNITS);
  if (quantity === undefined || quantity.amount <= 0) return undefined;
  if (quantity.unit === "" && quantity.amount <= 1) return quantity.amount;
  const bytes = Math.floor(quantity.amount);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

/** Milliseconds in "500 ms", "2s", "1.5 hours"; a bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const quantity = parseQuantity(text, DURATION_UNITS);
  if (quantity === undefined) return undefined;
  const milliseconds = Math.round(quantity.amount);
  return Number.isSafeInteger(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}

/** Amounts by name in "gpu=2,mem=1e9"; spaces separate them, too. */
export function parseResources(text: string): Readonly<Record<string, number>> | undefined {
  const entries = new Map<string, number>();
  for (const part of text.split(/[,\s]+/).filter((part) => part !== "")) {
    const [, name, digits] = /^([^=]+)=([\d.][\d.e+-]*)$/i.exec(part) ?? [];
    const amount = Number(digits);
    if (name === undefined || !Number.isFinite(amount) || entries.has(name)) return undefined;
    entries.set(name, amount);
  }
  return entries.size === 0 ? undefined : Object.fromEntries(entries);
}

function parseQuantity(
  text: string,
  units: ReadonlyMap<string, number>,
): { readonly amount: number; readonly unit: string } | undefined {
  const [, digits, unit] = QUANTITY.exec(text.trim()) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const factor = units.get(unit.toLowerCase());
  return factor === undefined ? undefined : { amount: Number(digits) * factor, unit };
}

function sizeUnits(letter: string, power: number): [string, number][] {
  return [...named(1000 ** power, letter, `${letter}b`), ...named(1024 ** power, `${letter}i`, `${letter}ib`)];
}

function named(factor: number, ...names: readonly string[]): [string, number][] {
  return names.map((name) => [name, factor]);
}
