/**
 * Which names may a function use from around it? An upper bound without a parser: small functions, which are most, need
 * no other proof that they are self-contained.
 *
 * @module
 */
import { type Token, tokenize } from "./tokens.ts";

/** Words after which only a parser can tell what names mean. */
const NEEDS_PARSER = new Set(["this", "super", "import", "class", "eval", "arguments", "with", "case", "switch"]);

/**
 * All names that a function can use from around it, and perhaps some that it declares itself.
 *
 * @param text What `toString()` gives.
 * @returns Undefined when it takes a parser.
 */
export function scanNames(text: string): ReadonlySet<string> | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined || tokens.some((token, index) => needsParser(token, tokens[index + 1]))) return undefined;
  const head = readHead(tokens);
  if (head === undefined) return undefined;
  const body = head.bodyStart;
  const declared = new Set(head.names);
  if (tokens[body]?.text === "{") declareOutermost(tokens, body, declared);
  const names = new Set<string>();
  const arrows = readArrows(tokens, body);
  tokens.forEach((token, index) => {
    if (index < body || token.kind !== "name" || !isUse(tokens, index) || declared.has(token.text)) return;
    if (!arrows.some((arrow) => arrow.start <= index && index < arrow.end && arrow.names.includes(token.text))) {
      names.add(token.text);
    }
  });
  return names;
}

function needsParser(token: Token, next: Token | undefined): boolean {
  if (token.text === "new" && next?.text === ".") return true; // new.target
  return (token.kind === "name" || token.kind === "keyword") && NEEDS_PARSER.has(token.text);
}

/** The function's own name and parameters, and where its body begins. */
function readHead(
  tokens: readonly Token[],
): { readonly names: readonly string[]; readonly bodyStart: number } | undefined {
  let at = tokens[0]?.text === "async" && !isArrow(tokens[1]) ? 1 : 0;
  const isPlain = tokens[at]?.kind === "keyword" && tokens[at]?.text === "function";
  const names: string[] = [];
  if (isPlain) {
    at++;
    const own = tokens[at];
    if (own?.kind === "name") {
      names.push(own.text);
      at++;
    }
  }
  const first = tokens[at];
  if (!isPlain && first?.kind === "name" && isArrow(tokens[at + 1])) return { names: [first.text], bodyStart: at + 2 };
  if (first?.text !== "(" || first.kind !== "mark") return undefined;
  const parameters = readParameters(tokens, at, first.partner);
  if (parameters === undefined) return undefined;
  names.push(...parameters);
  const after = first.partner + 1;
  if (isPlain) return { names, bodyStart: after };
  return isArrow(tokens[after]) ? { names, bodyStart: after + 1 } : undefined;
}

function isArrow(token: Token | undefined): boolean {
  return token?.kind === "mark" && token.text === "=>";
}

/** Names between two parentheses; undefined unless they are plain, with literals as their only defaults. */
function readParameters(tokens: readonly Token[], open: number, close: number): string[] | undefined {
  const names: string[] = [];
  let at = open + 1;
  while (at < close) {
    if (tokens[at]?.text === "...") at++;
    const token = tokens[at++];
    if (token?.kind !== "name") return undefined;
    names.push(token.text);
    if (tokens[at]?.text === "=" && isLiteral(tokens[at + 1])) at += 2;
    if (at < close && tokens[at++]?.text !== ",") return undefined;
  }
  return names;
}

function isLiteral(token: Token | undefined): boolean {
  return token?.kind === "literal" || (token?.kind === "keyword" && ["true", "false", "null"].includes(token.text));
}

/** Declarations directly in the body: they hold in all of it. */
function declareOutermost(tokens: readonly Token[], body: number, declared: Set<string>): void {
  const end = tokens[body]?.partner ?? -1;
  let isDeclaring = false;
  for (let at = body + 1; at < end; at++) {
    const token = tokens[at];
    if (token === undefined) return;
    const isBegin = token.kind === "keyword" && ["const", "let", "var"].includes(token.text);
    if (isBegin) isDeclaring = true;
    else if (token.isAfterNewline || token.text === ";") isDeclaring = false;
    const name = tokens[at + 1];
    const isName = isBegin || (isDeclaring && token.kind === "mark" && token.text === ",");
    if (isName && name?.kind === "name" && isEndOfName(tokens[at + 2])) declared.add(name.text);
    if (token.partner > at) at = token.partner; // what is inside brackets is not directly in the body
  }
}

function isEndOfName(token: Token | undefined): boolean {
  return token?.kind === "mark" && ["=", ";", ","].includes(token.text);
}

interface ArrowParameters {
  readonly names: readonly string[];
  readonly start: number;
  /** At most the end of the arrow function. */
  readonly end: number;
}

/** Inner arrow functions with plain parameters. */
function readArrows(tokens: readonly Token[], from: number): ArrowParameters[] {
  const arrows: ArrowParameters[] = [];
  for (let at = from; at < tokens.length; at++) {
    if (!isArrow(tokens[at])) continue;
    const before = tokens[at - 1];
    if (before === undefined || at - 1 < from) continue;
    const start = before.text === ")" ? before.partner : at - 1;
    const names = before.kind === "name" ? [before.text] : readParameters(tokens, start, at - 1);
    if (names !== undefined) arrows.push({ names, start, end: endOfArrow(tokens, at + 1) });
  }
  return arrows;
}

function endOfArrow(tokens: readonly Token[], body: number): number {
  const first = tokens[body];
  if (first?.text === "{" && first.kind === "mark") return first.partner;
  for (let at = body; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || (at > body && token.isAfterNewline)) return at;
    if (token.kind === "mark" && [",", ";", ":", ")", "]", "}"].includes(token.text)) return at;
    if (token.text === "in" || token.text === "of") return at;
    if (token.partner > at) at = token.partner;
  }
  return tokens.length;
}

/** Whether a name stands for a variable: not after a dot, not as a key or label, not `async` before a function. */
function isUse(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  if (before?.kind === "mark" && (before.text === "." || before.text === "?.")) return false;
  if (tokens[index]?.text === "async" && after?.isAfterNewline === false && isAsyncFunction(tokens, after)) {
    return false;
  }
  const isKey = after?.kind === "mark" && after.text === ":" && before?.kind === "mark" &&
    (before.text === "{" || before.text === ",");
  return !isKey;
}

/** Whether a function begins here, so that `async` before it is no name. */
function isAsyncFunction(tokens: readonly Token[], after: Token): boolean {
  if (after.kind === "name" || (after.kind === "keyword" && after.text === "function")) return true;
  return after.kind === "mark" && after.text === "(" && isArrow(tokens[after.partner + 1]);
}
