import type { SourceFile } from "./source_file.ts";

/** One mention of another module. */
export interface ImportFact {
  /** As it is written. */
  readonly specifier: string;
  /** A path from the checkout's top when the specifier is relative, else the specifier. */
  readonly target: string;
  /** Static imports also count when they carry types only; so does `import("...").T` in a type. */
  readonly kind: "static" | "dynamic";
}

/** One function with a body. */
export interface FunctionFact {
  /** Its name, or where it stands when it has none. */
  readonly name: string;
  /** From its first to its last line. */
  readonly lines: number;
}

/** What the laws ask of a module, from a real parse. */
export interface ModuleFacts {
  readonly path: string;
  readonly imports: readonly ImportFact[];
  /** Names declared and exported here; names handed on are in `reexports`. */
  readonly exports: readonly string[];
  /** What `export ... from` hands on: names, or "*". */
  readonly reexports: readonly string[];
  /** Classes, functions, interfaces and types declared at the top level. */
  readonly declared: readonly string[];
  /** `let` and `var` at the top level. */
  readonly topLevelLets: readonly string[];
  readonly functions: readonly FunctionFact[];
  /** Variables that are read, `a.b` as it is written, and `new Date()`: `setTimeout`, `Date.now`. */
  readonly names: ReadonlySet<string>;
}

type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

interface Draft {
  readonly path: string;
  readonly imports: ImportFact[];
  readonly exports: string[];
  readonly reexports: string[];
  readonly declared: string[];
  readonly topLevelLets: string[];
  readonly functions: FunctionFact[];
  readonly names: Set<string>;
}

/** Parses once per file, however many laws ask. */
const parsed = new WeakMap<SourceFile, ModuleFacts>();

/** The facts of a TypeScript file. Only in `deno test`: the parser is that of `deno lint`. */
export function moduleFacts(file: SourceFile): ModuleFacts {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const facts = readFacts(file);
  parsed.set(file, facts);
  return facts;
}

/** The facts of those files that are TypeScript. */
export function allFacts(files: readonly SourceFile[]): ModuleFacts[] {
  return files.filter((file) => file.path.endsWith(".ts")).map(moduleFacts);
}

function readFacts(file: SourceFile): ModuleFacts {
  const draft: Draft = {
    path: file.path,
    imports: [],
    exports: [],
    reexports: [],
    declared: [],
    topLevelLets: [],
    functions: [],
    names: new Set(),
  };
  const rule: Deno.lint.Rule = { create: (context) => collector(draft, context) };
  Deno.lint.runPlugin({ name: "facts", rules: { facts: rule } }, file.path, file.text);
  return draft;
}

function collector(draft: Draft, context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  function onFunction(node: FunctionNode): void {
    const start = context.sourceCode.text.slice(0, node.range[0]).split("\n").length;
    const lines = context.sourceCode.getText(node).split("\n").length;
    draft.functions.push({ name: functionName(node) ?? `line ${start}`, lines });
  }
  return {
    Program(node) {
      for (const statement of node.body) readStatement(draft, statement);
    },
    ImportExpression(node) {
      const specifier = literalText(node.source) ?? literalText(resolved(node.source));
      if (specifier !== undefined) addImport(draft, specifier, "dynamic");
    },
    TSImportType(node) {
      const specifier = /["']([^"']+)["']/.exec(context.sourceCode.getText(node.argument))?.[1];
      if (specifier !== undefined) addImport(draft, specifier, "static");
    },
    Identifier(node) {
      if (isVariable(node)) draft.names.add(node.name);
    },
    MemberExpression(node) {
      const owner = node.object;
      if (node.property.type !== "Identifier" || node.computed || owner.type !== "Identifier") return;
      // `globalThis.setTimeout` is `setTimeout`.
      const isGlobal = owner.name === "globalThis" || owner.name === "self";
      draft.names.add(isGlobal ? node.property.name : `${owner.name}.${node.property.name}`);
    },
    NewExpression(node) {
      // With a number it turns that into a date; without one it reads the clock.
      const isNow = node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0;
      if (isNow) draft.names.add("new Date()");
    },
    FunctionDeclaration: onFunction,
    FunctionExpression: onFunction,
    ArrowFunctionExpression: onFunction,
  };
}

function readStatement(draft: Draft, statement: Deno.lint.Node): void {
  switch (statement.type) {
    case "ImportDeclaration":
      return addImport(draft, statement.source.value, "static");
    case "ExportAllDeclaration":
      draft.reexports.push("*");
      return addImport(draft, statement.source.value, "static");
    case "ExportNamedDeclaration":
      return readExport(draft, statement);
    default:
      return readDeclaration(draft, statement, draft.declared);
  }
}

function readExport(draft: Draft, statement: Deno.lint.ExportNamedDeclaration): void {
  const names = statement.specifiers.map((one) => one.exported.type === "Identifier" ? one.exported.name : "*");
  if (statement.source !== null) {
    draft.reexports.push(...names);
    addImport(draft, statement.source.value, "static");
    return;
  }
  draft.exports.push(...names);
  if (statement.declaration === null) return;
  readDeclaration(draft, statement.declaration, draft.declared);
  readDeclaration(draft, statement.declaration, draft.exports);
}

function readDeclaration(draft: Draft, node: Deno.lint.Node, names: string[]): void {
  switch (node.type) {
    case "VariableDeclaration":
      for (const one of node.declarations) {
        if (one.id.type !== "Identifier") continue;
        if (names === draft.exports) names.push(one.id.name);
        else if (node.kind === "let" || node.kind === "var") draft.topLevelLets.push(one.id.name);
      }
      return;
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
      // Overloads are one name.
      if (node.id !== null && !names.includes(node.id.name)) names.push(node.id.name);
      return;
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      if (!names.includes(node.id.name)) names.push(node.id.name);
      return;
  }
}

function addImport(draft: Draft, specifier: string, kind: ImportFact["kind"]): void {
  const isRelative = /^\.{1,2}\//.test(specifier);
  const target = isRelative ? new URL(specifier, new URL(draft.path, "file:///")).pathname.slice(1) : specifier;
  draft.imports.push({ specifier, target, kind });
}

function literalText(node: Deno.lint.Node | undefined): string | undefined {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

/** What `import.meta.resolve(...)` resolves: Deno reads what a literal import leads to at once, and this when it is needed. */
function resolved(node: Deno.lint.Node): Deno.lint.Node | undefined {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
  const { object, property } = node.callee;
  const isResolve = object.type === "MetaProperty" && property.type === "Identifier" && property.name === "resolve";
  return isResolve ? node.arguments[0] : undefined;
}

function functionName(node: FunctionNode): string | undefined {
  if (node.type !== "ArrowFunctionExpression" && node.id) return node.id.name;
  const parent = node.parent;
  if (parent.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
  if (parent.type !== "MethodDefinition" && parent.type !== "Property") return undefined;
  return parent.key.type === "Identifier" || parent.key.type === "PrivateIdentifier" ? parent.key.name : undefined;
}

/** Whether an identifier names a variable: no key, no property, no word of a type. */
function isVariable(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "Property":
    case "PropertyDefinition":
    case "MethodDefinition":
      return parent.value === node || parent.computed;
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "TSTypeReference":
    case "TSTypeQuery":
    case "TSQualifiedName":
      return false;
    default:
      return true;
  }
}
