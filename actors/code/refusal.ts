/** Why a function cannot travel, in words. @module */
import { describe, type TroupeError, troupeError } from "../base/errors.ts";
import type { AnyFunction } from "./captured_function.ts";

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

/** The error that refuses a function. */
export function refused(action: string, name: string, refusal: FunctionRefusal): TroupeError {
  return troupeError("task/not-serializable", `Cannot ${action} ${describe(name)}: ${refusal.reason}`, {
    hint: refusal.hint,
    details: refusal.names === undefined ? { name } : { name, names: refusal.names },
  });
}

/** What no function of this kind can do, whatever it uses; undefined for functions that may travel. */
export function refuseKind(fn: AnyFunction, text: string, name: string): FunctionRefusal | undefined {
  if (/\{\s*\[native code\]\s*\}$/.test(text)) return refuseNative(name);
  if (/^class\b(?!\s*\()/.test(text)) {
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

function refuseNative(name: string): FunctionRefusal {
  if (name.startsWith("bound ")) {
    return {
      reason: "it is a bound function, and what it is bound to does not travel with it",
      hint: "Submit the function itself and pass the bound values as arguments",
    };
  }
  return { reason: "it is native code", hint: `Wrap it: (...args) => ${name}(...args)` };
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

/** A dynamic import that is relative to the function's own module. */
export function refuseImports(specifiers: readonly string[]): FunctionRefusal {
  return {
    reason: `it imports ${describe(specifiers[0])}, which is relative to a module that does not travel with it`,
    hint: "Import by an absolute URL, passed as an argument: import.meta.resolve(...)",
    names: specifiers,
  };
}
