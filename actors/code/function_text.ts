/** The text of a function, as V8 gives it, made into an expression that stands alone. @module */
import type * as acorn from "acorn";
import { type OuterNeeds, outerNeeds } from "./free_names.ts";
import type { Acorn } from "./parser.ts";

/** What is known of a function from its text alone. */
export interface FunctionText {
  /** An expression whose value is the function: the text itself, or a method taken out of an object. */
  readonly expression: string;
  /** What it uses from around it. */
  readonly needs: OuterNeeds;
}

const OPTIONS: acorn.Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
};

/** Stands before the text while it is parsed: within a function even a lone `new.target` parses. */
const AROUND = "function f() { return (";
const BEFORE_METHOD = AROUND.length + "{".length;

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
    return { expression: text, needs: outerNeeds(expression) };
  }
  const literal = parseExpression(acorn, text, "{");
  const method = literal?.type === "ObjectExpression" ? literal.properties[0] : undefined;
  if (method?.type !== "Property" || method.value.type !== "FunctionExpression") return undefined;
  const { value } = method;
  // The key goes: it may be computed.
  const key = `${value.async ? "async " : ""}${value.generator ? "*" : ""}[${JSON.stringify(name)}]`;
  const expressionOfMethod = `({ ${key}${text.slice(value.start - BEFORE_METHOD, value.end - BEFORE_METHOD)} })[${
    JSON.stringify(name)
  }]`;
  return { expression: expressionOfMethod, needs: outerNeeds(value) };
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
