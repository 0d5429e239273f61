/** Stands for Troupe's own exports. */
export function getClient(): { submit(fn: (x: number) => number, x: number): number } {
  return { submit: (fn, x) => fn(x) };
}

/** Another export. */
export class Reschedule extends Error {}
