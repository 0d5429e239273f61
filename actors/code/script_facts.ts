/** What the text of a whole script tells about the variables that its functions capture. @module */
import type * as acorn from "acorn";
import { BINDER } from "./code_names.ts";
import { exportedNames, namesOf } from "./exported_names.ts";
import type { Acorn } from "./parser.ts";

/** An imported name. */
export interface ImportedName {
  /** The module, as the import names it. */
  readonly specifier: string;
  /** The exported name, `"default"` included; `"*"` for the whole module. */
  readonly exported: string;
  /** Whether the module is data: it is imported with an attribute `type`. */
  readonly isData: boolean;
}

/** Facts of one script. */
export interface ScriptFacts {
  /** By local name. */
  readonly imports: ReadonlyMap<string, ImportedName>;
  /** `[exported name, local name]` of every export that the script declares itself. */
  readonly exports: readonly (readonly [exported: string, local: string])[];
  /** Whether a variable of this name may have another value later, after the one that it was declared with. */
  mayChange(name: string): boolean;
}

/** Facts of a script of which nothing is known: everything may change. */
export const UNKNOWN_SCRIPT: ScriptFacts = { imports: new Map(), exports: [], mayChange: () => true };

/**
 * Reads a script.
 *
 * @param source V8's text of it: plain JavaScript.
 */
export function readScript(acorn: Acorn, source: string): ScriptFacts {
  const program = parseProgram(acorn, source);
  if (program === undefined) return UNKNOWN_SCRIPT;
  const changed = new Changes();
  changed.visit(program);
  const imports = new Map<string, ImportedName>();
  for (const node of program.body) {
    if (node.type === "ImportDeclaration") addImports(node, imports);
  }
  return { imports, exports: exportedNames(program), mayChange: (name) => changed.hasEval || changed.names.has(name) };
}

function parseProgram(acorn: Acorn, source: string): acorn.Program | undefined {
  for (const sourceType of ["module", "script"] as const) {
    try {
      return acorn.parse(source, {
        ecmaVersion: "latest",
        sourceType,
        allowHashBang: true,
        allowReturnOutsideFunction: true,
      });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/**
 * Names that are written anywhere but where they are declared. By name alone: a variable of the same name elsewhere counts
 * too, which costs time and is never wrong. A `var` may be declared again and again, so its initial value counts as a write.
 */
class Changes {
  readonly names = new Set<string>();
  hasEval = false;

  visit(node: acorn.AnyNode): void {
    switch (node.type) {
      case "FunctionDeclaration":
        if (node.id?.name === BINDER) return;
        break;
      case "AssignmentExpression":
        this.#target(node.left);
        break;
      case "UpdateExpression":
        if (node.argument.type === "Identifier") this.names.add(node.argument.name);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        if (node.left.type !== "VariableDeclaration") this.#target(node.left);
        else if (node.left.kind === "var") { for (const { id } of node.left.declarations) this.#target(id); }
        break;
      case "VariableDeclaration":
        if (node.kind === "var") { for (const { id, init } of node.declarations) if (init) this.#target(id); }
        break;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval") this.hasEval = true;
        break;
    }
    this.#children(node);
  }

  #children(node: acorn.AnyNode): void {
    const fields: unknown[] = Object.values(node);
    for (const field of fields) {
      if (Array.isArray(field)) { for (const item of field) if (isNode(item)) this.visit(item); }
      else if (isNode(field)) this.visit(field);
    }
  }

  #target(pattern: acorn.Pattern): void {
    for (const name of namesOf(pattern)) this.names.add(name);
  }
}

function isNode(value: unknown): value is acorn.AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function addImports(node: acorn.ImportDeclaration, imports: Map<string, ImportedName>): void {
  const specifier = String(node.source.value);
  const isData = node.attributes.some(({ key }) => nameOf(key) === "type");
  for (const part of node.specifiers) {
    const exported = part.type === "ImportSpecifier"
      ? nameOf(part.imported)
      : part.type === "ImportDefaultSpecifier"
      ? "default"
      : "*";
    imports.set(part.local.name, { specifier, exported, isData });
  }
}

function nameOf(node: acorn.Identifier | acorn.Literal): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}
