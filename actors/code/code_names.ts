/**
 * What both sides of a function's travel agree on. Apart from what captures functions: a thread that only runs them loads
 * none of that.
 *
 * @module
 */

/** Tells that a value within an environment is a function of its group; the payload is the number of the part. */
export const PART_TAG = "part";
/** The exported name that stands for the whole library. */
export const WHOLE_LIBRARY = "*";
/** The name under which a revived function finds the variables that it writes, whose setters throw. */
export const READ_ONLY = "__troupe_captured";
/** The name under which a revived function finds its `import.meta`. */
export const META = "__troupe_meta";
/** Where revived functions are given what they captured: the only write to these variables. */
export const BINDER = "__troupe_bind";

/** Whether the text of a function is that of a class. */
export function isClassText(text: string): boolean {
  return /^class\b(?!\s*\()/.test(text);
}
