/** A module with state of its own: its exports travel by reference. */
const seen: string[] = [];
const table = { lookup: (key: string): number => seen.indexOf(key) };
const wrap = (fn: (x: number) => number) => (x: number): number => fn(x) + seen.length * 0;

/** Counts in the module. */
export function remember(key: string): number {
  return seen.push(key);
}

/** Needs nothing of the module. */
export function double(x: number): number {
  return x * 2;
}

/** Made by another function. */
export const wrapped = wrap((x) => x + 1);
/** Out of an object. */
export const { lookup } = table;

function inner(): number {
  return seen.length;
}
export { countAll as default, inner as renamed };

function countAll(): number {
  return seen.length;
}

/** Not exported itself. */
export function makePrivate(): () => number {
  return () => seen.length;
}

/** No function. */
export const answer = 42;
