/**
 * Throws when a condition that can only be broken by a bug is broken.
 *
 * @param condition The condition that must hold.
 * @param what The broken invariant, as a sentence without a final period.
 */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}`);
}

/**
 * Closes an exhaustive `switch`: a new union member is then a compile error.
 *
 * @param value The value that no `case` has taken.
 */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
