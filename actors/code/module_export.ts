/** From a function to the module export that it is. @module */
import type { AnyFunction } from "./captured_function.ts";
import type { ModuleReference } from "./function_code.ts";
import {
  type FunctionLook,
  type FunctionPlace,
  type FunctionScope,
  mainModule,
  readBinding,
} from "./function_inspector.ts";
import { nodeBuiltin } from "../base/node_builtin.ts";
import type { ScriptReader } from "./script_reader.ts";

/** Troupe's own code, whose exports travel by name instead. */
const OWN_FOLDER = new URL("../", import.meta.url).href;
/** The module through which programs see Troupe. */
export const OWN_DOOR: string = new URL("../../mod.ts", import.meta.url).href;

/**
 * The export of a module other than the main one that holds this very function; undefined when there is none. Nothing
 * is imported to find out: the main module would wait for itself.
 */
export function findExport(
  fn: AnyFunction,
  { place, scopes }: FunctionLook,
  scripts: ScriptReader,
): ModuleReference | undefined {
  if (place === undefined || place.url === mainModule() || place.url.startsWith(OWN_FOLDER)) return undefined;
  if (isPlatform(place)) return exportOfPlatform(fn, place);
  if (!/^(?:file|https?|data):/.test(place.url)) return undefined;
  const name = exportInScope(fn, scopes, scripts.of(place).exports) ?? exportOfLoaded(fn, place.url);
  return name === undefined ? undefined : { kind: "module", url: place.url, name };
}

/** Whether a function is Deno's own, which no import of its script would find. */
export function isPlatform(place: FunctionPlace): boolean {
  return place.url.startsWith("ext:") || place.url.startsWith("node:");
}

/** By the `node:` modules that the name of the script suggests: `ext:deno_node/_events.mjs` is `node:events`. */
function exportOfPlatform(fn: AnyFunction, { url }: FunctionPlace): ModuleReference | undefined {
  for (const part of url.split(/[/.:]/)) {
    const module = `node:${part.replace(/^_+/, "")}`;
    const namespace: unknown = nodeBuiltin("node:process").getBuiltinModule(module);
    if ((typeof namespace !== "object" && typeof namespace !== "function") || namespace === null) continue;
    const name = Object.keys(namespace).find((key) => readBinding(namespace, key) === fn);
    if (name !== undefined) return { kind: "module", url: module, name };
  }
  return undefined;
}

/** By the module's own scope: `[exported name, local name]` of every export, compared by identity. */
function exportInScope(
  fn: AnyFunction,
  scopes: readonly FunctionScope[],
  exports: readonly (readonly [exported: string, local: string])[],
): string | undefined {
  const scope = scopes.findLast(({ isModule }) => isModule);
  if (scope === undefined) return undefined;
  return exports.find(([, local]) => readBinding(scope.bindings, local) === fn)?.[0];
}

/** By the namespace of a module that is loaded already: where V8 keeps no module scope, and for CommonJS. */
function exportOfLoaded(fn: AnyFunction, url: string): string | undefined {
  // With a query it would be another module, loaded anew.
  if (!/^file:[^?#]*$/.test(url)) return undefined;
  const { createRequire } = nodeBuiltin("node:module");
  try {
    const namespace: unknown = createRequire(import.meta.url)(fileOf(url));
    if (typeof namespace !== "object" || namespace === null) return undefined;
    return Object.keys(namespace).find((name) => readBinding(namespace, name) === fn);
  } catch (error) {
    // A module with a top-level await cannot be required, nor can what is not JavaScript.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function fileOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname);
}
