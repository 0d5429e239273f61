/** The order of things that require each other. @module */

/**
 * A thing and all that it requires, at however many removes, each once: what is required first, as far as circles allow.
 *
 * @param thing Where to begin; last in the result.
 * @param requiredBy What a thing requires itself.
 * @param visited Things to be left out, with all that they require. Grows by the result.
 */
export function requiredFirst<T>(thing: T, requiredBy: (thing: T) => Iterable<T>, visited: Set<T> = new Set()): T[] {
  const order: T[] = [];
  const visit = (next: T): void => {
    if (visited.has(next)) return;
    visited.add(next);
    for (const required of requiredBy(next)) visit(required);
    order.push(next);
  };
  visit(thing);
  return order;
}
