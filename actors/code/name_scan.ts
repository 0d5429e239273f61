/**
 * Which names may a function use from around it? An upper bound without a parser; for small functions, which are most,
 * just what a parser would find.
 *
 * @module
 */
import { isAssigned, isPattern, readDeclaration } from "./token_writes.ts";
import { isKeyword, isMark, isProperty, type Token, tokenize } from "./tokens.ts";

/** Words after which only a parser can tell what names mean. */
const NEEDS_PARSER = new Set([
  ..."this super import class eval arguments with case switch".split(" "),
  ..."implements interface package private protected public static yield".split(" "), // names in sloppy code
]);

/** What a scan of a function finds. */
export interface NameScan {
  /** All names that the function can use from around it; unless exact perhaps some that it declares itself. */
  readonly names: ReadonlySet<string>;
  /** Whether a parser would find the same names, and none of them written. */
  readonly isExact: boolean;
}

/**
 * Which names a function uses from around it.
 *
 * @param text What `toString()` gives.
 * @returns Undefined when it takes a parser.
 */
export function scanNames(text: string): NameScan | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined || tokens.some((token, index) => needsParser(token, tokens[index + 1]))) return undefined;
  const head = readHead(tokens);
  if (head === undefined) return undefined;
  const body = head.bodyStart;
  const declared = new Set(head.names);
  if (tokens[body]?.text === "{") declareOutermost(tokens, body, declared);
  const names = new Set<string>();
  const arrows = readArrows(tokens, body);
  let isExact = arrows.every(({ isPlain }) => isPlain);
  tokens.forEach((token, index) => {
    if (index < body) return;
    if (isUnsure(tokens, index, declared)) isExact = false;
    if (token.kind !== "name" || !isUse(tokens, index) || declared.has(token.text)) return;
    if (!arrows.some((arrow) => arrow.start <= index && index < arrow.end && arrow.names.includes(token.text))) {
      names.add(token.text);
      if (isAssigned(tokens, index)) isExact = false;
    }
  });
  if (arrows.some((arrow) => arrow.names.some((name) => names.has(name)))) isExact = false;
  return { names, isExact };
}

/** Words that declare names, or mark them as labels, in ways that the scan does not follow. */
const UNSURE_WORDS = ["function", "catch", "for", "break", "continue"];

/** Whether something begins here that declares or writes names in a way that the scan does not follow. */
function isUnsure(tokens: readonly Token[], index: number, declared: ReadonlySet<string>): boolean {
  const token = tokens[index];
  if (isKeyword(token, ...UNSURE_WORDS) || isPattern(tokens, index)) return true;
  if (isKeyword(token, "const", "let", "var")) {
    const { names, patterns } = readDeclaration(tokens, index);
    return patterns.length > 0 || names.some((name) => !declared.has(tokens[name]?.text ?? ""));
  }
  if (token?.kind === "name" && isMark(tokens[index + 1], ":")) { // a label
    const before = tokens[index - 1];
    return isMark(before, ";", "}", ")") || (token.isAfterNewline && before?.kind !== "mark");
  }
  if (!isMark(token, ")") || !isMark(tokens[index + 1], "{")) return false;
  return !isKeyword(tokens[(token?.partner ?? 0) - 1], "if", "while"); // a method
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
  /** Whether these are all its names. */
  readonly isPlain: boolean;
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
    arrows.push({ names: names ?? [], isPlain: names !== undefined, start, end: endOfArrow(tokens, at + 1) });
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
  if (isProperty(tokens, index)) return false;
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
