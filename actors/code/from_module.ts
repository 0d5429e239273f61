import { describe, troupeError } from "../base/errors.ts";
import type { AnyFunction } from "./captured_function.ts";
import type { ModuleReference } from "./function_code.ts";

/** What functions made by {@linkcode fromModule} stand for. Entries go with their functions. */
const REFERENCES = new WeakMap<AnyFunction, ModuleReference>();

/**
 * A function by reference: the export of a module, imported where it runs. Checked on first use there.
 *
 * @example Submitting an export that this program does not load itself
 * ```ts ignore
 * const resize = fromModule<typeof import("./jobs.ts").resize>(new URL("./jobs.ts", import.meta.url), "resize");
 * const small = client.submit(resize, image, 64);
 * ```
 *
 * @param module Absolute URL of the module, `npm:`, `jsr:` and `node:` specifiers included.
 * @param name Name of the export.
 * @returns A function that may only be submitted: calling it throws.
 * @throws {TroupeError} `input/invalid` when the URL is relative or the name empty.
 */
export function fromModule<F extends AnyFunction = (...args: unknown[]) => unknown>(
  module: URL | string,
  name: string,
): NoInfer<F>;
export function fromModule(module: URL | string, name: string): AnyFunction {
  if (!URL.canParse(module)) {
    throw troupeError("input/invalid", `Cannot refer to module: ${describe(module)} is not an absolute URL`, {
      hint: 'Use new URL("./jobs.ts", import.meta.url)',
    });
  }
  if (typeof name !== "string" || name === "") {
    throw troupeError("input/invalid", `Cannot refer to module: ${describe(name)} is not the name of an export`);
  }
  const url = String(module);
  const placeholder = () => {
    throw troupeError("input/invalid", `Cannot call ${describe(name)}: it stands for an export of ${describe(url)}`, {
      hint: "Submit it, or import the module to call it here",
    });
  };
  REFERENCES.set(placeholder, { kind: "module", url, name });
  return placeholder;
}

/** What a function made by {@linkcode fromModule} stands for; undefined for any other. */
export function moduleReferenceOf(fn: AnyFunction): ModuleReference | undefined {
  return REFERENCES.get(fn);
}
