/** Why a function cannot travel, in words. @module */
import { describe, type TroupeError, troupeError } from "../base/errors.ts";
import type { AnyFunction } from "./captured_function.ts";
import { isClassText } from "./code_names.ts";

const GIVE_IT_ALONG = "Pass them as arguments, define them inside the function, or export the function from a module " +
  "other than the main one";

/** What stands before every reason, and the error that a reason becomes. */
export interface FunctionRefusal {
  /** What is wrong with the function, as a sentence part. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string;
  /** Names that do not travel, if it is about names. */
  readonly names?: readonly string[];
}

/** What a capture was for: the words of its errors. */
export interface CaptureErrand {
  /** What failed: `"submit task"`. */
  readonly action: string;
  /** The function that was handed over, as it is called in messages. */
  readonly name: string;
  /** Whether the function is a value among others; otherwise it is the task itself. */
  readonly isValue?: boolean;
}

/** What follows the action in a message: the task, or the function among the values of one. */
function subjectOf({ name, isValue }: CaptureErrand): string {
  return isValue === true ? `: function ${describe(name)}` : ` ${describe(name)}:`;
}

/** Thrown within a capture, and turned into an error by whoever knows what it was for. */
export class RefusedFunction extends Error {
  /** The function that is to blame, as it is called in messages. */
  readonly label: string;
  /** Why. */
  readonly refusal: FunctionRefusal;

  /** A refusal of this function. */
  constructor(label: string, refusal: FunctionRefusal) {
    super(refusal.reason);
    this.label = label;
    this.refusal = refusal;
  }
}

/** The error that refuses a function. */
export function refused(errand: CaptureErrand, refusal: FunctionRefusal): TroupeError {
  const { name } = errand;
  const reason = errand.isValue === true ? refusal.reason.replace(/^it /, "") : refusal.reason;
  return troupeError("task/not-serializable", `Cannot ${errand.action}${subjectOf(errand)} ${reason}`, {
    hint: refusal.hint,
    details: refusal.names === undefined ? { name, path: [name] } : { name, path: [name], names: refusal.names },
  });
}

/** The error that refuses a function for one that it uses. */
export function refusedWithin(errand: CaptureErrand, label: string, refusal: FunctionRefusal): TroupeError {
  const reason = refusal.reason.replace(/^it /, "");
  const { action } = errand;
  const task = errand.isValue === true ? "" : ` ${describe(errand.name)}`;
  const message = `Cannot ${action}${task}: captured function ${describe(label)} ${reason}`;
  const { hint, names } = refusal;
  const { name } = errand;
  const path = [name, label];
  return troupeError("task/not-serializable", message, {
    hint,
    details: names === undefined ? { name, path } : { name, path, names },
  });
}

/**
 * The error that refuses a function for the value of a variable.
 *
 * @param owner The function that uses the variable.
 * @param path From the variable to the value: `conn.pool[0]`.
 */
export function refusedValue(
  errand: CaptureErrand,
  owner: string,
  path: string,
  { what, hint }: { readonly what: string; readonly hint: string },
): TroupeError {
  const { action, name } = errand;
  const task = errand.isValue === true ? "" : ` ${describe(name)}`;
  const where = owner === name && errand.isValue !== true ? "" : ` of function ${describe(owner)}`;
  const message = `Cannot ${action}${task}: captured variable ${describe(path)}${where} ${what}`;
  const details = { name, path: owner === name ? [name, path] : [name, owner, path] };
  return troupeError("task/not-serializable", message, { hint, details });
}

/** What no task can be, whatever it uses; undefined for functions that may be one. */
export function refuseAsTask(fn: AnyFunction, text: string): FunctionRefusal | undefined {
  if (isClassText(text)) {
    return { reason: "it is a class", hint: "Submit a function that makes and uses the instance, or make it an actor" };
  }
  const tag: unknown = Reflect.get(Object.getPrototypeOf(fn) ?? {}, Symbol.toStringTag);
  if (tag === "GeneratorFunction" || tag === "AsyncGeneratorFunction") {
    return {
      reason: "it is a generator function, whose result does not travel",
      hint: "Collect the items into an array and return that",
    };
  }
  return undefined;
}

/** Whether a text is what V8 says of functions without one. */
export function isNativeText(text: string): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(text);
}

/** A function of the platform that has no name from the global object, or a proxy of one. */
export function refuseNative(name: string): FunctionRefusal {
  return { reason: "it is native code", hint: `Wrap it: (...args) => ${name || "f"}(...args)` };
}

/** What a function uses that stays behind. */
export function refuseNames(names: readonly string[], isInspected: boolean): FunctionRefusal {
  const listed = names.map((name) => describe(name));
  const last = listed.at(-1) ?? "";
  const text = listed.length < 2 ? last : `${listed.slice(0, -1).join(", ")} and ${last}`;
  return {
    reason: `it uses ${text}, which ${names.length < 2 ? "does" : "do"} not travel with it`,
    hint: isInspected ? GIVE_IT_ALONG : `${GIVE_IT_ALONG}, and run with --allow-sys`,
    names,
  };
}

/** A variable that has no value yet. */
export function refuseUnready(name: string): FunctionRefusal {
  return {
    reason: `it uses ${describe(name)}, which is declared further down and has no value yet`,
    hint: "Move the declaration up, or submit later",
    names: [name],
  };
}

/** A direct `eval`, which may use any name around it. */
export const REFUSED_EVAL: FunctionRefusal = {
  reason: "it calls eval, so that nobody knows what it uses",
  hint: "Use new Function(...) inside, which sees globals only",
};

/** A function of Deno's own, found in none of its modules. */
export function refusePlatform(name: string): FunctionRefusal {
  return { reason: "it is part of Deno itself", hint: `Wrap it: (...args) => ${name}(...args)` };
}

/** A text that means nothing outside its class, or is no strict JavaScript. */
export const REFUSED_TEXT: FunctionRefusal = {
  reason: "its source cannot stand alone",
  hint: "Wrap it: (...args) => object.method(...args)",
};

/** Methods that were put on a function by hand. */
export const REFUSED_PROTOTYPE: FunctionRefusal = {
  reason: "it has methods on its prototype, which do not travel with it",
  hint: "Write it as a class",
};

/** A dynamic import that is relative to the function's own module. */
export function refuseImports(specifiers: readonly string[]): FunctionRefusal {
  return {
    reason: `it imports ${describe(specifiers[0])}, which is relative to a module that does not travel with it`,
    hint: "Import by an absolute URL, passed as an argument: import.meta.resolve(...)",
    names: specifiers,
  };
}

/** A module object that no import names. */
export function refuseNamespace(name: string): FunctionRefusal {
  return {
    reason: `it uses ${describe(name)}, a module that no import declaration of its script names`,
    hint: `Import it at the top (import * as ${name} from ...), or inside the function`,
    names: [name],
  };
}
