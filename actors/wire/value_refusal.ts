import { describe } from "../base/errors.ts";

/** Why a value cannot travel: `what` goes on a sentence that began with its path. */
export interface ValueRefusal {
  /** `is an instance of class Conn`. */
  readonly what: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Thrown by a hook to refuse the value that it was asked about; the writer adds the path. */
export class RefusedValue extends Error {
  /** Why. */
  readonly refusal: ValueRefusal;

  /** A refusal, and the error behind it if there is one. */
  constructor(refusal: ValueRefusal, cause?: unknown) {
    super(refusal.what, { cause });
    this.refusal = refusal;
  }
}

/** A step from an object to what it holds: a property, an index, or a place in a collection. */
export type PathStep = string | number | CollectionStep;

/** A place in a Map or Set. */
export interface CollectionStep {
  /** The value of a Map's key, the n-th key of a Map, the n-th item of a Set. */
  readonly place: "get" | "keys" | "values";
  /** The key, or n. */
  readonly at: unknown;
}

/** Longer paths are cut in the middle. */
const PATH_STEPS_MAX = 12;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const KEEP_HINT = "Create it inside the task, or keep it in an actor";
/** Ends the hint for an instance of a class that nobody knows. */
export const CODEC_HINT = "; registerCodec lets instances of a class travel";
const CLASS_HINT: string = KEEP_HINT + CODEC_HINT;
const READ_HINT = "Read it first, and pass what was read";
const SIGNAL_HINT = "Pass it as the `signal` option of client.with";

/** Built-in classes that people try to send, and what to do instead. */
const KNOWN_CLASSES: ReadonlyMap<string, string> = new Map([
  ["AbortSignal", SIGNAL_HINT],
  ["AbortController", SIGNAL_HINT],
  ["Promise", "Await it first, and pass what it gives"],
  ["WeakMap", "Use a Map"],
  ["WeakSet", "Use a Set"],
  ["WeakRef", "Pass what it refers to"],
  ["Request", READ_HINT],
  ["Response", READ_HINT],
  ["ReadableStream", READ_HINT],
  ["WritableStream", KEEP_HINT],
  ["TransformStream", KEEP_HINT],
  ["Blob", READ_HINT],
  ["File", READ_HINT],
  ["FormData", READ_HINT],
  ["Headers", "Pass its entries: [...headers]"],
  ["URLSearchParams", "Pass its text: String(params)"],
  ["Delayed", "Compute or persist it first, and pass the future"],
  ["Generator", "Pass its items: [...items]"],
  ["AsyncGenerator", "Collect its items first"],
  ["MessagePort", KEEP_HINT],
  ["Worker", KEEP_HINT],
]);

/** A path as people write it: `args[0].items[3].conn`. */
export function pathText(root: string, steps: readonly PathStep[]): string {
  if (steps.length <= PATH_STEPS_MAX) return root + steps.map(stepText).join("");
  return `${root}${steps.slice(0, 8).map(stepText).join("")} ... ${steps.slice(-2).map(stepText).join("")}`;
}

function stepText(step: PathStep): string {
  if (typeof step === "number") return `[${step}]`;
  if (typeof step === "string") return IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  return step.place === "get" ? `.get(${describe(step.at)})` : `.${step.place}()[${describe(step.at)}]`;
}

/** Why this value, which nothing can write, cannot travel. */
export function refusalOf(value: object | symbol): ValueRefusal {
  if (typeof value === "symbol") return { what: "is a symbol", hint: "Pass a text" };
  if (typeof value === "function") return functionRefusal(value);
  const className = classNameOf(value);
  const hint = KNOWN_CLASSES.get(className);
  if (hint !== undefined) return { what: `is ${/^[AEIOU]/.test(className) ? "an" : "a"} ${className}`, hint };
  if (className === "") return { what: "is an instance of an unnamed class", hint: CLASS_HINT };
  if (className === "Object") return { what: "is an object with a prototype of its own", hint: "Pass a plain object" };
  return { what: `is an instance of class ${className}`, hint: CLASS_HINT };
}

function functionRefusal(value: object): ValueRefusal {
  if (/^class\b/.test(Function.prototype.toString.call(value))) {
    return { what: "is a class", hint: "Define it inside the task, or export it from a module that the task imports" };
  }
  return { what: "is a function", hint: "Define it inside the task, or pass the data that it needs" };
}

/** The name of the class of an object; never runs its code, save getters of its prototypes. */
function classNameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "Object";
  const tag: unknown = Reflect.get(prototype, Symbol.toStringTag, prototype);
  if (typeof tag === "string" && KNOWN_CLASSES.has(tag)) return tag;
  const maker: unknown = Reflect.get(prototype, "constructor", prototype);
  return typeof maker === "function" ? maker.name : "Object";
}
