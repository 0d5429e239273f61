/** From a function to the module export that it is. @module */
import type * as acorn from "acorn";
import type { AnyFunction } from "./captured_function.ts";
import type { ModuleReference } from "./function_code.ts";
import { type FunctionInspector, type FunctionPlace, mainModule, readBinding } from "./function_inspector.ts";
import { nodeBuiltin } from "./node_builtin.ts";
import type { Parser } from "./parser.ts";

/** Troupe's own code, whose exports travel by name instead. */
const OWN_FOLDER = new URL("../", import.meta.url).href;

/**
 * The export of a module other than the main one that holds this very function; undefined when there is none. Nothing
 * is imported to find out: the main module would wait for itself.
 */
export function findExport(fn: AnyFunction, inspector: FunctionInspector, parser: Parser): ModuleReference | undefined {
  const place = inspector.placeOf(fn);
  if (place === undefined || place.url === mainModule() || place.url.startsWith(OWN_FOLDER)) return undefined;
  if (isPlatform(place)) return exportOfPlatform(fn, place);
  if (!/^(?:file|https?|data):/.test(place.url)) return undefined;
  const name = exportInScope(fn, inspector, exportsOf(parser, inspector.sourceOf(place.scriptId))) ??
    exportOfLoaded(fn, place.url);
  return name === undefined ? undefined : { kind: "module", url: place.url, name };
}

/** Whether a function is Deno's own, which no import of its script would find. */
export function isPlatform(place: FunctionPlace): boolean {
  return place.url.startsWith("ext:") || place.url.startsWith("node:");
}

/** By the `node:` modules that the name of the script suggests: `ext:deno_node/path/_posix.ts` is `node:path`. */
function exportOfPlatform(fn: AnyFunction, { url }: FunctionPlace): ModuleReference | undefined {
  for (const part of url.split(/[/.:]/)) {
    const namespace: unknown = nodeBuiltin("node:process").getBuiltinModule(`node:${part}`);
    if (typeof namespace !== "object" || namespace === null) continue;
    const name = Object.keys(namespace).find((key) => readBinding(namespace, key) === fn);
    if (name !== undefined) return { kind: "module", url: `node:${part}`, name };
  }
  return undefined;
}

/** By the module's own scope: `[exported name, local name]` of every export, compared by identity. */
function exportInScope(
  fn: AnyFunction,
  inspector: FunctionInspector,
  exports: readonly (readonly [exported: string, local: string])[],
): string | undefined {
  const scope = inspector.scopesOf(fn).findLast(({ isModule }) => isModule);
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

function exportsOf(parser: Parser, source: string): (readonly [exported: string, local: string])[] {
  const exports: (readonly [string, string])[] = [];
  for (const node of parseModule(parser, source)?.body ?? []) {
    if (node.type === "ExportNamedDeclaration" && !node.source) exports.push(...namedExports(node));
    if (node.type === "ExportDefaultDeclaration") exports.push(["default", defaultLocal(node.declaration)]);
  }
  return exports;
}

function parseModule(parser: Parser, source: string): acorn.Program | undefined {
  try {
    return parser.load().parse(source, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // CommonJS that no module could be
    throw error;
  }
}

function namedExports(node: acorn.ExportNamedDeclaration): (readonly [string, string])[] {
  const { declaration } = node;
  if (declaration?.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) => namesOf(id)).map((name) => [name, name] as const);
  }
  if (declaration) return [[declaration.id.name, declaration.id.name]];
  return node.specifiers.map(({ exported, local }) => [nameOf(exported), nameOf(local)]);
}

function defaultLocal(declaration: acorn.ExportDefaultDeclaration["declaration"]): string {
  if (declaration.type === "Identifier") return declaration.name;
  if (declaration.type === "FunctionDeclaration" && declaration.id) return declaration.id.name;
  return "*default*"; // V8's own name for it
}

function nameOf(node: acorn.Identifier | acorn.Literal): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}

function namesOf(pattern: acorn.Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((part) => namesOf(part.type === "Property" ? part.value : part.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => element ? namesOf(element) : []);
    case "AssignmentPattern":
      return namesOf(pattern.left);
    case "RestElement":
      return namesOf(pattern.argument);
    case "MemberExpression":
      return [];
  }
}
