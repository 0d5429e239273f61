/**
 * Makes `Deno.inspect` and `console.log` show the instances of a class as one short text.
 *
 * @param prototype The prototype of the class.
 * @param show The text for an instance.
 */
export function showAs<T extends object>(prototype: T, show: (instance: T) => string): void {
  Object.defineProperty(prototype, Symbol.for("Deno.customInspect"), {
    configurable: true,
    writable: true,
    value(this: T): string {
      return show(this);
    },
  });
}
