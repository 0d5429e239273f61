/** The text of a function, as V8 gives it, made into an expression that stands alone. @module */
import type * as acorn from "acorn";
import { META, READ_ONLY } from "./code_names.ts";
import { type OuterNeeds, outerNeeds } from "./free_names.ts";
import { scanNames } from "./name_scan.ts";
import type { TextSpan } from "./name_scope.ts";
import type { Acorn } from "./parser.ts";

/** What is known of a function from its text alone. */
export interface FunctionText {
  /**
   * An expression whose value is the function: the text itself, or a method taken out of an object. Writes to names from
   * around it go to properties of {@linkcode READ_ONLY} instead, and `import.meta` is {@linkcode META}.
   */
  readonly expression: string;
  /** What it uses from around it. */
  readonly needs: OuterNeeds;
  /** Names from around it that it writes. */
  readonly written: readonly string[];
}

/** The name under which a revived class finds what it extends. */
export const HERITAGE = "__troupe_super";

const OPTIONS: acorn.Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
};

const NO_NEEDS: OuterNeeds = {
  names: new Set(),
  callsEval: false,
  relativeImports: [],
  writes: [],
  metas: [],
  heritage: undefined,
  shorthands: new Set(),
};

/** Stands before the text while it is parsed: within a function even a lone `new.target` parses. */
const AROUND = "function f() { return (";
const BEFORE_METHOD = AROUND.length + "{".length;

/** Most small functions, without the parser; undefined for those that take it. */
export function scanFunctionText(text: string): FunctionText | undefined {
  const scan = scanNames(text);
  if (scan?.isExact !== true) return undefined;
  return { expression: text, needs: { ...NO_NEEDS, names: scan.names }, written: [] };
}

/**
 * Parses the text of a function or a method.
 *
 * @param text What `toString()` gives.
 * @param name The function's name, for a method whose own key is computed.
 * @returns Undefined when it is not JavaScript as modules have it.
 */
export function parseFunctionText(acorn: Acorn, text: string, name: string): FunctionText | undefined {
  const expression = parseExpression(acorn, text, "");
  if (expression !== undefined && isFunctionNode(expression)) {
    return finish(outerNeeds(expression), (edit) => edit(text, AROUND.length));
  }
  const literal = parseExpression(acorn, text, "{");
  const method = literal?.type === "ObjectExpression" ? literal.properties[0] : undefined;
  if (method?.type !== "Property" || method.value.type !== "FunctionExpression") return undefined;
  const { value } = method;
  // The key goes: it may be computed.
  const key = `${value.async ? "async " : ""}${value.generator ? "*" : ""}[${JSON.stringify(name)}]`;
  const rest = text.slice(value.start - BEFORE_METHOD, value.end - BEFORE_METHOD);
  return finish(
    outerNeeds(value),
    (edit) => `({ ${key}${edit(rest, value.start)} })[${JSON.stringify(name)}]`,
  );
}

/** @param make Gets a function that edits a part of the text, whose first character stands at `base` in what was parsed. */
function finish(needs: OuterNeeds, make: (edit: (text: string, base: number) => string) => string): FunctionText {
  const edits = editsOf(needs);
  const expression = make((text, base) => {
    let edited = text;
    for (const { start, end, text: by } of edits) {
      edited = edited.slice(0, start - base) + by + edited.slice(end - base);
    }
    return edited;
  });
  return { expression, needs, written: [...new Set(needs.writes.map(({ name }) => name))] };
}

/** What to put in place of what, the last one first. */
function editsOf({ writes, metas, shorthands, heritage }: OuterNeeds): (TextSpan & { readonly text: string })[] {
  const edits = writes.map(({ name, start, end }) => ({
    start,
    end,
    text: `${shorthands.has(start) ? `${name}: ` : ""}${READ_ONLY}.${name}`,
  }));
  if (heritage !== undefined) edits.push({ ...heritage, text: HERITAGE });
  for (const { start, end } of metas) edits.push({ start, end, text: META });
  return edits.sort((a, b) => b.start - a.start);
}

/** The one expression that a text is, alone or between the braces of an object. */
function parseExpression(acorn: Acorn, text: string, brace: "" | "{"): acorn.Expression | undefined {
  try {
    const parsed = acorn.parse(`${AROUND}${brace}${text}\n${brace && "}"});}`, OPTIONS);
    const around = parsed.body.length === 1 ? parsed.body[0] : undefined;
    const statement = around?.type === "FunctionDeclaration" ? around.body.body[0] : undefined;
    return statement?.type === "ReturnStatement" ? statement.argument ?? undefined : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFunctionNode(node: acorn.Expression): boolean {
  return node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression" ||
    node.type === "ClassExpression";
}
