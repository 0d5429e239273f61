/**
 * The facts of a script without a parser, which takes 10 ms and more to load and to warm up: most scripts need no more
 * than their tokens.
 *
 * @module
 */
import { BINDER } from "./code_names.ts";
import { DEFAULT_LOCAL } from "./exported_names.ts";
import { KEYWORDS } from "./global_names.ts";
import type { ImportedName, ScriptFacts } from "./script_facts.ts";
import { readDeclaration, writtenNames } from "./token_writes.ts";
import { isKeyword, isMark, isProperty, type Token, tokenize } from "./tokens.ts";

type Export = readonly [exported: string, local: string];

/**
 * Reads a script.
 *
 * @param text JavaScript that V8 has accepted.
 * @returns What the parser would find, but that more names may count as changing; undefined when it takes the parser.
 */
export function scanScript(text: string): ScriptFacts | undefined {
  const tokens = tokenize(text.replace(/^#!.*/, ""));
  const doors = tokens && readDoors(tokens);
  if (tokens === undefined || doors === undefined) return undefined;
  const isAnyChanged = tokens.some(({ kind, text }, at) =>
    kind === "name" && text === "eval" && !isProperty(tokens, at)
  );
  const changed = writtenNames(tokens, BINDER);
  // Some words are keywords to the scan, and names in sloppy code.
  return { ...doors, mayChange: (name) => isAnyChanged || changed.has(name) || KEYWORDS.has(name) };
}

/** What a module imports and exports; undefined where a parser has to tell. */
function readDoors(tokens: readonly Token[]): Pick<ScriptFacts, "imports" | "exports"> | undefined {
  const imports = new Map<string, ImportedName>();
  const exports: Export[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (isKeyword(token, "import") && !isMark(tokens[at + 1], "(", ".")) {
      if (!readImport(tokens, at + 1, imports)) return undefined;
    } else if (isKeyword(token, "export")) {
      const found = readExport(tokens, at + 1);
      if (found === undefined) return undefined;
      exports.push(...found);
    }
    if (token.partner > at) at = token.partner; // both stand outside of all brackets
  }
  return { imports, exports };
}

/** False when it cannot tell. */
function readImport(tokens: readonly Token[], from: number, imports: Map<string, ImportedName>): boolean {
  const found: (readonly [local: string, exported: string])[] = [];
  let at = from;
  if (tokens[at]?.kind === "literal") return true; // for its effects
  const first = tokens[at];
  if (first?.kind === "name") {
    found.push([first.text, "default"]);
    const isAlone = tokens[at + 1]?.text === "from";
    if (!isAlone && !isMark(tokens[at + 1], ",")) return false;
    at += isAlone ? 1 : 2;
  }
  if (isMark(tokens[at], "*")) {
    found.push([tokens[at + 2]?.text ?? "", "*"]);
    at += 3;
  } else if (isMark(tokens[at], "{")) {
    const parts = readNames(tokens, at);
    if (parts === undefined) return false;
    found.push(...parts.map(([exported, local]) => [local, exported] as const));
    at = (tokens[at]?.partner ?? at) + 1;
  }
  const specifier = tokens[at]?.text === "from" ? unquoted(tokens[at + 1]) : undefined;
  if (specifier === undefined) return false;
  const attributes = tokens[at + 2];
  const isAttributed = isKeyword(attributes, "with") && isMark(tokens[at + 3], "{");
  const isData = isAttributed &&
    tokens.slice(at + 3, tokens[at + 3]?.partner).some(({ text }) => /^["']?type["']?$/.test(text));
  for (const [local, exported] of found) imports.set(local, { specifier, exported, isData });
  return true;
}

/** Undefined when it cannot tell. */
function readExport(tokens: readonly Token[], at: number): Export[] | undefined {
  const token = tokens[at];
  if (isMark(token, "*")) return [];
  if (token !== undefined && isMark(token, "{")) {
    if (tokens[token.partner + 1]?.text === "from") return [];
    return readNames(tokens, at)?.map(([local, exported]) => [exported, local] as const);
  }
  if (isKeyword(token, "const", "let", "var")) return readVariables(tokens, at);
  if (isKeyword(token, "default")) return readDefault(tokens, at + 1);
  const name = nameOfDeclaration(tokens, at);
  return name === undefined ? undefined : [[name, name]];
}

function readVariables(tokens: readonly Token[], keyword: number): Export[] | undefined {
  const { names, patterns, end } = readDeclaration(tokens, keyword);
  const after = tokens[end];
  const isEnd = after === undefined || isMark(after, ";") || (after.isAfterNewline && after.kind !== "mark");
  if (patterns.length > 0 || !isEnd) return undefined;
  return names.map((index) => tokens[index]?.text ?? "").map((name) => [name, name] as const);
}

function readDefault(tokens: readonly Token[], at: number): Export[] | undefined {
  const token = tokens[at];
  const name = nameOfDeclaration(tokens, at);
  if (name !== undefined) return [["default", name]];
  if (isKeyword(token, "function", "class") || token?.kind !== "name") return [["default", DEFAULT_LOCAL]];
  if (token.text === "async") return isKeyword(tokens[at + 1], "function") ? [["default", DEFAULT_LOCAL]] : undefined;
  const after = tokens[at + 1];
  if (after === undefined || isMark(after, ";")) return [["default", token.text]];
  return after.isAfterNewline ? undefined : [["default", DEFAULT_LOCAL]];
}

/** The name that a function or class declaration gives; undefined without one, and for all else. */
function nameOfDeclaration(tokens: readonly Token[], from: number): string | undefined {
  let at = tokens[from]?.text === "async" && isKeyword(tokens[from + 1], "function") ? from + 1 : from;
  if (!isKeyword(tokens[at], "function", "class")) return undefined;
  if (isMark(tokens[++at], "*")) at++;
  const name = tokens[at];
  return name?.kind === "name" ? name.text : undefined;
}

/** `[left, right]` of each `left as right` between braces; undefined when a name is a string. */
function readNames(tokens: readonly Token[], open: number): (readonly [string, string])[] | undefined {
  const pairs: (readonly [string, string])[] = [];
  const end = tokens[open]?.partner ?? open;
  for (let at = open + 1; at < end; at++) {
    const left = tokens[at];
    const isRenamed = tokens[at + 1]?.text === "as" && !isMark(tokens[at + 2], ",", "}");
    const right = isRenamed ? tokens[at + 2] : left;
    if (left === undefined || right === undefined || left.kind === "literal" || right.kind === "literal") {
      return undefined;
    }
    pairs.push([left.text, right.text]);
    at += isRenamed ? 3 : 1; // and the comma
  }
  return pairs;
}

function unquoted(token: Token | undefined): string | undefined {
  return token?.kind === "literal" && /^["'][^\\]*$/.test(token.text) ? token.text.slice(1, -1) : undefined;
}
