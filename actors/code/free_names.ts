/**
 * Which names does a function use that it does not declare? Exact scoping on the syntax tree: parameters, defaults,
 * destructuring, hoisting, `catch`, classes, shadowing.
 *
 * @module
 */
import type * as acorn from "acorn";
import { NameScope, type OuterWrite, type TextSpan } from "./name_scope.ts";

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
  /** Where it writes names that it does not declare, as positions in what was parsed. */
  readonly writes: readonly OuterWrite[];
  /** Where it says `import.meta`. */
  readonly metas: readonly TextSpan[];
  /** What a class extends, unless that is nothing: it is evaluated outside of the class, and read from its prototype. */
  readonly heritage: TextSpan | undefined;
  /** Shorthand properties among the writes, by their start: `({ a } = b)` writes to `a`. */
  readonly shorthands: ReadonlySet<number>;
}

type Found = { callsEval: boolean; relativeImports: string[]; metas: TextSpan[]; shorthands: Set<number> };
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
  const found: Found = { callsEval: false, relativeImports: [], metas: [], shorthands: new Set() };
  const scope = NameScope.outermost();
  const heritage = heritageOf(node);
  if (heritage === undefined) visit(node, scope, found);
  else visitClass({ ...node as acorn.ClassExpression, superClass: null }, scope, found);
  return { names: scope.free(), writes: scope.freeWrites(), heritage, ...found };
}

function heritageOf(node: acorn.Expression): TextSpan | undefined {
  if (node.type !== "ClassExpression" || !node.superClass) return undefined;
  const { start, end, type } = node.superClass;
  return type === "Literal" ? undefined : { start, end }; // null
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
      return visitMeta(node, scope, found);
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
    case "ForInStatement":
    case "ForOfStatement":
      return visitForEach(node, scope.open(), found);
    case "BlockStatement":
    case "ForStatement":
      return visitChildren(node, scope.open(), found);
    case "AssignmentExpression":
      visitTarget(node.left, scope, found);
      return visit(node.right, scope, found);
    case "UpdateExpression":
      return node.argument.type === "Identifier"
        ? scope.use(node.argument.name, node.argument)
        : visit(node.argument, scope, found);
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

function visitMeta(node: acorn.MetaProperty, scope: NameScope, found: Found): void {
  scope.use(`${node.meta.name}.${node.property.name}`);
  if (node.meta.name === "import") found.metas.push({ start: node.start, end: node.end });
}

/** The head of the loop declares its variable, or writes to one that is there. */
function visitForEach(node: acorn.ForInStatement | acorn.ForOfStatement, scope: NameScope, found: Found): void {
  if (node.left.type === "VariableDeclaration") visit(node.left, scope, found);
  else visitTarget(node.left, scope, found);
  visit(node.right, scope, found);
  visit(node.body, scope, found);
}

/** What an assignment writes to: names, properties, or a pattern of both. */
function visitTarget(pattern: acorn.Pattern, scope: NameScope, found: Found): void {
  switch (pattern.type) {
    case "Identifier":
      return scope.use(pattern.name, pattern);
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type === "RestElement") visitTarget(property.argument, scope, found);
        else {
          if (property.computed) visit(property.key, scope, found);
          if (property.shorthand) found.shorthands.add(property.start);
          visitTarget(property.value, scope, found);
        }
      }
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) visitTarget(element, scope, found);
      return;
    case "AssignmentPattern":
      visit(pattern.right, scope, found);
      return visitTarget(pattern.left, scope, found);
    case "RestElement":
      return visitTarget(pattern.argument, scope, found);
    case "MemberExpression":
      return visit(pattern, scope, found);
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
