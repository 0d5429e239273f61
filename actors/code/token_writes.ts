/**
 * Which names does a text write, where it does not declare them? Read from its tokens: never too few, perhaps some too
 * many, which costs those who ask time and is never wrong.
 *
 * @module
 */
import { isKeyword, isMark, isProperty, type Token } from "./tokens.ts";

/** The names that a `const`, `let` or `var` declares. */
export interface Declaration {
  /** Where its plain names stand. */
  readonly names: readonly number[];
  /** Where its patterns begin. */
  readonly patterns: readonly number[];
  /** The token after it. */
  readonly end: number;
}

/** An assignment operator, made of marks that are one character each. */
const ASSIGNMENT = /^(?:=(?!=)|(?:[-+*/%^]|\*\*|&&?|\|\|?|\?\?|<<|>>>?)=)/;
const OPERATOR = /^[-+*/%^&|?<>=]$/;
const OPERATOR_LENGTH_MAX = 4;

/**
 * Names that are written anywhere but where `const`, `let`, a parameter or a field declares them.
 *
 * @param skipped The name of a function whose writes do not count.
 */
export function writtenNames(tokens: readonly Token[], skipped: string): ReadonlySet<string> {
  const names = new Set<string>();
  const declared = new Set<number>();
  const classBodies = new Set<number>();
  const open: number[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    const around = open.at(-1);
    if (token.partner > at) open.push(at);
    else if (token.partner >= 0) open.pop();
    if (token.kind === "name") {
      const isNew = declared.has(at) || isParameter(tokens, at, around) ||
        (around !== undefined && classBodies.has(around) && isField(tokens, at));
      if (!isNew && isAssigned(tokens, at)) names.add(token.text);
    } else if (isKeyword(token, "const", "let")) {
      for (const index of readDeclaration(tokens, at).names) declared.add(index);
    } else if (isClass(tokens, at)) classBodies.add(beginOfBody(tokens, at));
    else if (isKeyword(token, "function") && tokens[at + 1]?.text === skipped) at = endOfFunction(tokens, at);
    else if (isPattern(tokens, at)) {
      for (const { kind, text } of tokens.slice(at, token.partner)) if (kind === "name") names.add(text);
    }
  }
  return names;
}

/** Whether a name directly between these brackets is a parameter. */
function isParameter(tokens: readonly Token[], index: number, around: number | undefined): boolean {
  const open = around === undefined ? undefined : tokens[around];
  if (around === undefined || open === undefined || !isMark(open, "(") || !isMark(tokens[index - 1], "(", ",")) {
    return false;
  }
  const after = tokens[open.partner + 1];
  if (isMark(after, "=>")) return true;
  // After the end of a line it may be a call before a block.
  return isMark(after, "{") && after?.isAfterNewline === false && !isControl(tokens, around);
}

/** Whether a name directly in the body of a class is a field. */
function isField(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (isMark(before, "{", ";", "}") || isKeyword(before, "static")) return true;
  return tokens[index]?.isAfterNewline === true && endsValue(before);
}

/** Whether a class begins here: the word may also be the key of a property. */
function isClass(tokens: readonly Token[], index: number): boolean {
  const after = tokens[index + 1];
  return isKeyword(tokens[index], "class") &&
    (after?.kind === "name" || isKeyword(after, "extends") || isMark(after, "{"));
}

function beginOfBody(tokens: readonly Token[], keyword: number): number {
  let at = keyword;
  while (at < tokens.length && !isMark(tokens[at], "{")) at = Math.max(at, tokens[at]?.partner ?? at) + 1;
  return at;
}

/** Whether these parentheses follow a word like `if`. */
function isControl(tokens: readonly Token[], open: number): boolean {
  return isKeyword(tokens[open - 1], "if", "while", "for", "with", "switch", "catch", "await");
}

/** Whether the name that stands here is written by an operator beside it, or by a loop. */
export function isAssigned(tokens: readonly Token[], index: number): boolean {
  if (isProperty(tokens, index)) return false;
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  if (isMark(after, "++", "--") || isAssignment(tokens, index + 1)) return true;
  if (isMark(before, "++", "--")) return !isMark(after, ".", "?.", "[", "(");
  const isLoop = after?.text === "of" || after?.text === "in";
  return isLoop && (isKeyword(before, "var") || isKeyword(tokens[index - 2], "for", "await"));
}

/** Whether brackets that open here are the left side of an assignment or of a loop. */
export function isPattern(tokens: readonly Token[], index: number): boolean {
  const open = tokens[index];
  if (open === undefined || open.partner < index || !isMark(open, "[", "{")) return false;
  const before = tokens[index - 1];
  const after = tokens[open.partner + 1];
  const isLeft = (isMark(after, "=") && isAssignment(tokens, open.partner + 1)) || after?.text === "of" ||
    after?.text === "in";
  if (!isLeft || isKeyword(before, "const", "let")) return false;
  if (isMark(open, "{") || before === undefined || before.text === "of" || isMark(before, "}")) return true;
  // Brackets after a value choose one of its properties.
  return isMark(before, ")") ? isControl(tokens, before.partner) : !endsValue(before);
}

/** Reads what a `const`, `let` or `var` that stands here declares; perhaps not all, where lines end without a semicolon. */
export function readDeclaration(tokens: readonly Token[], keyword: number): Declaration {
  const names: number[] = [];
  const patterns: number[] = [];
  let at = keyword + 1;
  for (;; at++) {
    const token = tokens[at];
    if (token?.kind === "name") names.push(at);
    else if (token !== undefined && isMark(token, "[", "{")) {
      patterns.push(at);
      at = token.partner;
    } else break;
    at++;
    if (isMark(tokens[at], "=")) at = endOfInitializer(tokens, at + 1);
    if (!isMark(tokens[at], ",")) break;
  }
  return { names, patterns, end: at };
}

function endOfInitializer(tokens: readonly Token[], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || isMark(token, ",", ";", ")", "]", "}")) return at;
    const mayBegin = token.kind !== "mark" || isMark(token, "(", "[", "{", "++", "--");
    const before = tokens[at - 1];
    const mayEnd = endsValue(before) || isKeyword(before, "yield"); // which never goes on in the next line
    if (at > from && token.isAfterNewline && mayBegin && mayEnd) return at;
    if (token.partner > at) at = token.partner;
  }
  return tokens.length;
}

function endsValue(token: Token | undefined): boolean {
  if (token?.kind === "mark") return isMark(token, ")", "]", "}", "++", "--");
  return token !== undefined &&
    (token.kind !== "keyword" || isKeyword(token, "this", "super", "null", "true", "false"));
}

/** The last token of the function whose keyword stands here. */
function endOfFunction(tokens: readonly Token[], keyword: number): number {
  const parameters = tokens.findIndex((token, index) => index > keyword && isMark(token, "("));
  const body = (tokens[parameters]?.partner ?? keyword) + 1;
  return tokens[body]?.partner ?? body;
}

function isAssignment(tokens: readonly Token[], from: number): boolean {
  let operator = "";
  for (let at = from; at < from + OPERATOR_LENGTH_MAX; at++) {
    const token = tokens[at];
    if (token?.kind !== "mark" || !OPERATOR.test(token.text)) break;
    operator += token.text;
  }
  return ASSIGNMENT.test(operator);
}
