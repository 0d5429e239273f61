/** The exports that the text of a module declares itself. @module */
import type * as acorn from "acorn";

/** V8's own name for what `export default` declares without one. */
export const DEFAULT_LOCAL = "*default*";

/** `[exported name, local name]` of every export of a module's own, in the order of the text. */
export function exportedNames(program: acorn.Program): (readonly [exported: string, local: string])[] {
  const exports: (readonly [string, string])[] = [];
  for (const node of program.body) {
    if (node.type === "ExportNamedDeclaration" && !node.source) exports.push(...namedExports(node));
    if (node.type === "ExportDefaultDeclaration") exports.push(["default", defaultLocal(node.declaration)]);
  }
  return exports;
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
  const isNamed = declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration";
  return isNamed && declaration.id ? declaration.id.name : DEFAULT_LOCAL;
}

function nameOf(node: acorn.Identifier | acorn.Literal): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}

/** The names that a pattern gives values to. */
export function namesOf(pattern: acorn.Pattern): string[] {
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
