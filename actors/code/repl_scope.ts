/**
 * Variables of a REPL, which an inspector's session would bring down: code that is made at run time sees those of its top
 * level, and no others.
 *
 * @module
 */
import type { Binding } from "./function_inspector.ts";

/** What a name means at the top level. */
export function replBinding(name: string): Binding {
  try {
    const value: unknown = new Function(`return ${name}`)();
    return { isFound: true, isModule: false, isReady: true, value };
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof SyntaxError) return { isFound: false };
    throw error;
  }
}
