/**
 * Names that mean the same in every thread and process.
 *
 * @module
 */

/** Part of the language and never shadowed in practice: no need to prove that a function means these. `eval` is not among them. */
export const LANGUAGE_NAMES: ReadonlySet<string> = new Set([
  ..."undefined NaN Infinity globalThis Object Array Number String Boolean BigInt Math JSON Date Promise RegExp".split(
    " ",
  ),
  ..."Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError ArrayBuffer".split(" "),
  ..."DataView Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array".split(" "),
  ..."BigInt64Array Uint8ClampedArray Float32Array Float64Array parseInt parseFloat isNaN isFinite".split(" "),
  ..."encodeURIComponent decodeURIComponent encodeURI decodeURI Reflect console".split(" "),
]);

/**
 * Global names of a thread as Troupe found it. Read once, when this module is loaded, because what a program adds to
 * `globalThis` later does not exist elsewhere.
 */
export const GLOBAL_NAMES: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  "addEventListener",
  "removeEventListener",
  "dispatchEvent",
]);

/** Words of the language that are no names, in strict code. `this`, `super`, `import` and `new` have meanings of their own. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ..."break case catch class const continue debugger default delete do else enum export extends false finally".split(
    " ",
  ),
  ..."for function if import in instanceof new null return super switch this throw true try typeof var void".split(" "),
  ..."while with yield let static await implements interface package private protected public".split(" "),
]);
