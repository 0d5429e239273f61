/** What a thread of piscina runs, called by its name. */
export function add({ a, b }: { a: number; b: number }): number {
  return a + b;
}
