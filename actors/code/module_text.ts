/** What the text of a module tells about the modules that it imports. @module */
import type * as acorn from "acorn";
import { exportedNames } from "./exported_names.ts";
import type { Acorn } from "./parser.ts";

/** One import of a module by another. */
export interface ImportMention {
  /** As written. */
  readonly specifier: string;
  /** The attribute `type`: `"json"`; empty without one. */
  readonly type: string;
  /** Whether it is imported only when the code comes to it. */
  readonly isDynamic: boolean;
}

/** A module's text, fit to be loaded from memory. */
export interface ModuleText {
  /**
   * The text with another word, as long, in place of each `import` that is a call: a module in memory cannot import
   * packages by itself, so it asks Troupe.
   */
  readonly text: string;
  /** That word; empty when there is no such call. */
  readonly importName: string;
  /** What it imports, each once: statically, and dynamically where the specifier is a literal. */
  readonly imports: readonly ImportMention[];
  /** Names of what it exports of its own, in order. */
  readonly exports: readonly string[];
}

const IMPORT = "import";
/** Words as long as `import`, of which a text uses none but by malice. */
const IMPORT_NAMES = ["$troup", "$Troup", "$trOup", "$_trp_", "$trp$_"];

/**
 * Reads a module.
 *
 * @param source Plain JavaScript.
 * @returns Undefined when it does not parse as a module.
 */
export function readModuleText(acorn: Acorn, source: string): ModuleText | undefined {
  const program = parse(acorn, source);
  if (program === undefined) return undefined;
  const imports = new Map<string, ImportMention>();
  const add = (from: acorn.Literal, attributes: readonly acorn.ImportAttribute[]) => {
    const found = { specifier: String(from.value), type: typeAttribute(attributes), isDynamic: false };
    imports.set(`${found.type} ${found.specifier}`, found);
  };
  for (const node of program.body) {
    if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") add(node.source, node.attributes);
    if (node.type === "ExportNamedDeclaration" && node.source) add(node.source, node.attributes);
  }
  const calls = source.includes(IMPORT) ? importCalls(program) : [];
  for (const call of calls) {
    const found = literalImport(call);
    if (found === undefined) continue;
    const key = `${found.type} ${found.specifier}`;
    if (!imports.has(key)) imports.set(key, found);
  }
  const importName = calls.length === 0 ? "" : IMPORT_NAMES.find((name) => !source.includes(name)) ?? "";
  const text = importName === "" ? source : replaceImports(source, calls, importName);
  const exports = exportedNames(program).map(([exported]) => exported);
  return { text, importName, imports: [...imports.values()], exports };
}

function parse(acorn: Acorn, source: string): acorn.Program | undefined {
  try {
    return acorn.parse(source, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function importCalls(program: acorn.Program): acorn.ImportExpression[] {
  const calls: acorn.ImportExpression[] = [];
  const visit = (node: acorn.AnyNode): void => {
    if (node.type === "ImportExpression") calls.push(node);
    const fields: unknown[] = Object.values(node);
    for (const field of fields) {
      if (Array.isArray(field)) { for (const item of field) if (isNode(item)) visit(item); }
      else if (isNode(field)) visit(field);
    }
  };
  visit(program);
  return calls;
}

function isNode(value: unknown): value is acorn.AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function replaceImports(source: string, calls: readonly acorn.ImportExpression[], importName: string): string {
  let text = "";
  let from = 0;
  for (const { start } of calls.toSorted((a, b) => a.start - b.start)) {
    text += source.slice(from, start) + importName;
    from = start + IMPORT.length;
  }
  return text + source.slice(from);
}

/** A dynamic import whose specifier stands in the text; undefined for one that is computed. */
function literalImport({ source, options }: acorn.ImportExpression): ImportMention | undefined {
  const specifier = literalText(source);
  if (specifier === undefined) return undefined;
  const attributes = options?.type === "ObjectExpression" ? property(options, "with") : undefined;
  const type = attributes?.type === "ObjectExpression" ? property(attributes, "type") : undefined;
  return { specifier, type: type && literalText(type) || "", isDynamic: true };
}

function literalText(node: acorn.Expression): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  const isPlain = node.type === "TemplateLiteral" && node.expressions.length === 0;
  return isPlain ? node.quasis[0]?.value.cooked ?? undefined : undefined;
}

function property(object: acorn.ObjectExpression, name: string): acorn.Expression | undefined {
  for (const part of object.properties) {
    if (part.type === "Property" && !part.computed && keyOf(part.key) === name) return part.value;
  }
  return undefined;
}

function typeAttribute(attributes: readonly acorn.ImportAttribute[] | undefined): string {
  const found = attributes?.find(({ key }) => keyOf(key) === "type");
  return found === undefined ? "" : String(found.value.value);
}

function keyOf(node: acorn.Expression | acorn.PrivateIdentifier): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}
