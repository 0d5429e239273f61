/**
 * Which names does a function use that it does not declare? Exact scoping on the syntax tree: parameters, defaults,
 * destructuring, hoisting, `catch`, classes, shadowing.
 *
 * @module
 */
import type * as acorn from "acorn";
import { NameScope } from "./name_scope.ts";

/** What a function needs from around it. */
export interface OuterNeeds {
  /**
   * Names in order of first use. Also the words `this`, `super`, `new.target`, `arguments`, `import.meta` and `#private`
   * names, if they mean something around the function.
   */
  readonly names: ReadonlySet<string>;
  /** Whether it calls `eval` directly, which may use any name. */
  readonly callsEval: boolean;
  /** Relative specifiers of its dynamic imports. */
  readonly relativeImports: readonly string[];
}

type Found = { callsEval: boolean; relativeImports: string[] };
type ClassNode = acorn.ClassDeclaration | acorn.ClassExpression | acorn.AnonymousClassDeclaration;
type FunctionNode =
  | acorn.FunctionDeclaration
  | acorn.FunctionExpression
  | acorn.ArrowFunctionExpression
  | acorn.AnonymousFunctionDeclaration;

/**
 * What a function or class expression needs from around it.
 *
 * @param node The function itself; for a method, its value.
 */
export function outerNeeds(node: acorn.Expression): OuterNeeds {
  const found: Found = { callsEval: false, relativeImports: [] };
  const scope = NameScope.outermost();
  visit(node, scope, found);
  return { names: scope.free(), ...found };
}

/** Collects uses and declarations: one line per kind of node, all others are walked as they are. */
function visit(node: acorn.AnyNode, scope: NameScope, found: Found): void {
  switch (node.type) {
    case "Identifier":
      return scope.use(node.name);
    case "PrivateIdentifier":
      return scope.use(`#${node.name}`);
    case "ThisExpression":
      return scope.use("this");
    case "Super":
      return scope.use("super");
    case "MetaProperty":
      return scope.use(`${node.meta.name}.${node.property.name}`);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return visitFunction(node, scope, found);
    case "ClassDeclaration":
    case "ClassExpression":
      return visitClass(node, scope, found);
    case "VariableDeclaration":
      return visitVariables(node, scope, found);
    case "MemberExpression":
      return visitMember(node, scope, found);
    case "Property":
      return visitProperty(node, scope, found);
    case "SwitchStatement":
      return visitSwitch(node, scope, found);
    case "CatchClause":
      return visitCatch(node, scope, found);
    case "BlockStatement":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
      return visitChildren(node, scope.open(), found);
    case "LabeledStatement":
      return visit(node.body, scope, found);
    case "BreakStatement":
    case "ContinueStatement":
      return; // their only child is a label
    case "CallExpression":
      if (node.callee.type === "Identifier" && node.callee.name === "eval") found.callsEval = true;
      return visitChildren(node, scope, found);
    case "ImportExpression":
      noteImport(node, found);
      return visitChildren(node, scope, found);
    default:
      return visitChildren(node, scope, found);
  }
}

function visitChildren(node: acorn.AnyNode, scope: NameScope, found: Found): void {
  const fields: unknown[] = Object.values(node);
  for (const field of fields) {
    if (Array.isArray(field)) { for (const item of field) if (isNode(item)) visit(item, scope, found); }
    else if (isNode(field)) visit(field, scope, found);
  }
}

function isNode(value: unknown): value is acorn.AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** Parameters and body are two scopes: a default value does not see the body's declarations. */
function visitFunction(node: FunctionNode, scope: NameScope, found: Found): void {
  const isArrow = node.type === "ArrowFunctionExpression";
  if (node.type === "FunctionDeclaration" && node.id !== null) scope.declare(node.id.name);
  const outer = scope.open({ isFunctionBody: true });
  if (node.type === "FunctionExpression" && node.id) outer.declare(node.id.name);
  if (!isArrow) outer.declare("this", "arguments", "new.target");
  for (const parameter of node.params) declarePattern(parameter, outer, outer, found);
  const inner = outer.open({ isFunctionBody: true });
  if (node.body.type === "BlockStatement") visitChildren(node.body, inner, found);
  else visit(node.body, inner, found);
}

/** A class body binds its own name, its private names, and in its members `this` and `super`. */
function visitClass(node: ClassNode, scope: NameScope, found: Found): void {
  if (node.type === "ClassDeclaration" && node.id !== null) scope.declare(node.id.name);
  const inner = scope.open();
  if (node.id) inner.declare(node.id.name);
  if (node.superClass) visit(node.superClass, inner, found);
  for (const member of node.body.body) {
    if (member.type !== "StaticBlock" && member.key.type === "PrivateIdentifier") inner.declare(`#${member.key.name}`);
  }
  for (const member of node.body.body) visitMemberOfClass(member, inner, found);
}

function visitMemberOfClass(member: acorn.ClassBody["body"][number], scope: NameScope, found: Found): void {
  if (member.type !== "StaticBlock" && member.computed) visit(member.key, scope, found);
  const inner = scope.open({ isFunctionBody: true });
  inner.declare("super");
  if (member.type === "MethodDefinition") return visit(member.value, inner, found);
  inner.declare("this", "new.target");
  if (member.type === "StaticBlock") return visitChildren(member, inner, found);
  if (member.value) visit(member.value, inner, found);
}

function visitVariables(node: acorn.VariableDeclaration, scope: NameScope, found: Found): void {
  const target = node.kind === "var" ? scope.varScope : scope;
  for (const declarator of node.declarations) {
    declarePattern(declarator.id, target, scope, found);
    if (declarator.init) visit(declarator.init, scope, found);
  }
}

function visitMember(node: acorn.MemberExpression, scope: NameScope, found: Found): void {
  visit(node.object, scope, found);
  if (node.computed || node.property.type === "PrivateIdentifier") visit(node.property, scope, found);
}

function visitProperty(node: acorn.Property | acorn.AssignmentProperty, scope: NameScope, found: Found): void {
  if (node.computed) visit(node.key, scope, found);
  const isMethod = node.kind !== "init" || node.method;
  const inner = isMethod ? scope.open() : scope;
  if (isMethod) inner.declare("super");
  visit(node.value, inner, found);
}

/** What is switched on stands outside the scope of the cases. */
function visitSwitch(node: acorn.SwitchStatement, scope: NameScope, found: Found): void {
  visit(node.discriminant, scope, found);
  const inner = scope.open();
  for (const branch of node.cases) visitChildren(branch, inner, found);
}

function visitCatch(node: acorn.CatchClause, scope: NameScope, found: Found): void {
  const inner = scope.open();
  if (node.param) declarePattern(node.param, inner, inner, found);
  visit(node.body, inner, found);
}

/** Declares a pattern's names in `target`; its default values and computed keys are uses in `scope`. */
function declarePattern(pattern: acorn.Pattern, target: NameScope, scope: NameScope, found: Found): void {
  switch (pattern.type) {
    case "Identifier":
      return target.declare(pattern.name);
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type === "Property" && property.computed) visit(property.key, scope, found);
        declarePattern(property.type === "Property" ? property.value : property.argument, target, scope, found);
      }
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) declarePattern(element, target, scope, found);
      return;
    case "AssignmentPattern":
      visit(pattern.right, scope, found);
      return declarePattern(pattern.left, target, scope, found);
    case "RestElement":
      return declarePattern(pattern.argument, target, scope, found);
    case "MemberExpression":
      return visit(pattern, scope, found); // only in assignments, which are no declarations
  }
}

function noteImport(node: acorn.ImportExpression, found: Found): void {
  const specifier = node.source.type === "Literal" ? node.source.value : undefined;
  if (typeof specifier === "string" && /^\.{0,2}\//.test(specifier)) found.relativeImports.push(specifier);
}
