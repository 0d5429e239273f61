/**
 * JavaScript as a list of tokens, without a parser: enough to see which names a small function uses. Gives up where only
 * a parser can tell a division from a regular expression.
 *
 * @module
 */
import { KEYWORDS } from "./global_names.ts";

/** A word or mark of a text. */
export interface Token {
  /** A mark is an operator, bracket or separator; `${` opens a bracket that `}` closes. */
  readonly kind: "name" | "keyword" | "literal" | "mark";
  /** As written; empty for literals other than strings and numbers. */
  readonly text: string;
  /** Whether a line ends before it, so that a statement may have. */
  readonly isAfterNewline: boolean;
  /** For a bracket the index of its partner, else -1. */
  partner: number;
}

const SPACE = /(?:\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)+/y;
/** With private ones. ASCII only, which compiles 1 ms faster than all of Unicode; other names take the parser. */
const NAME = /#?[A-Za-z$_][\w$]*/y;
const LITERAL = /\.?\d[\w.]*|"(?:[^"\\\n\r]|\\[^])*"|'(?:[^'\\\n\r]|\\[^])*'/y;
const REGEX = /\/(?:[^/\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/\w*/y;
const TEMPLATE_PART = /(?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{)/y;
const MARK = /\.{3}|=>|\?\.(?!\d)|\+\+|--|[-{}()[\];,<>=!+*%&|^~?:./]/y;
const CLOSING: Readonly<Record<string, readonly string[]>> = { ")": ["("], "]": ["["], "}": ["{", "${"] };
const CONTROL = new Set(["if", "while", "for", "with"]);
const VALUE_WORDS = new Set(["this", "super", "null", "true", "false"]);
/** Names in sloppy code. */
const UNSURE_WORDS = new Set(["yield", "await", "let", "static"]);

/** The tokens of a text; undefined when it takes a parser. */
export function tokenize(text: string): Token[] | undefined {
  const reader = new TokenReader(text);
  while (reader.next()) { /* all work is done by next() */ }
  return reader.isAtEnd ? reader.tokens : undefined;
}

/** Whether a token is one of these marks. */
export function isMark(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === "mark" && texts.includes(token.text);
}

/** Whether a token is one of these words of the language. */
export function isKeyword(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === "keyword" && texts.includes(token.text);
}

/** Whether a name stands after a dot. */
export function isProperty(tokens: readonly Token[], index: number): boolean {
  return isMark(tokens[index - 1], ".", "?.");
}

class TokenReader {
  readonly tokens: Token[] = [];
  readonly #text: string;
  /** Indices of the brackets that are open. */
  readonly #open: number[] = [];
  #at = 0;
  /** Whether a bracket has closed what it does not fit. */
  #isBroken = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the whole text is read and every bracket closed. */
  get isAtEnd(): boolean {
    return this.#at === this.#text.length && this.#open.length === 0 && !this.#isBroken;
  }

  /** Reads one token; false at the end or where it cannot go on. */
  next(): boolean {
    const space = this.#take(SPACE);
    const isAfterNewline = space !== undefined && /[\n\r\u2028\u2029]/.test(space);
    if (this.#at === this.#text.length) return false;
    const name = this.#take(NAME);
    if (name !== undefined) {
      return this.#push(KEYWORDS.has(name) && !this.#isAfterDot() ? "keyword" : "name", name, isAfterNewline);
    }
    const literal = this.#take(LITERAL);
    if (literal !== undefined) return this.#push("literal", literal, isAfterNewline);
    if (this.#text[this.#at] === "`") {
      this.#at++;
      return this.#template(isAfterNewline);
    }
    if (this.#text[this.#at] === "/" && this.#isRegexPossible()) {
      if (this.#isRegexUnsure() || this.#take(REGEX) === undefined) return false;
      return this.#push("literal", "", isAfterNewline);
    }
    const mark = this.#take(MARK);
    return mark !== undefined && this.#mark(mark, isAfterNewline);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #push(kind: Token["kind"], text: string, isAfterNewline: boolean): true {
    this.tokens.push({ kind, text, isAfterNewline, partner: -1 });
    return true;
  }

  #mark(mark: string, isAfterNewline: boolean): boolean {
    this.#push("mark", mark, isAfterNewline);
    const index = this.tokens.length - 1;
    if (mark === "(" || mark === "[" || mark === "{" || mark === "${") this.#open.push(index);
    if (mark !== ")" && mark !== "]" && mark !== "}") return true;
    const opening = this.#open.pop();
    const opener = opening === undefined ? undefined : this.tokens[opening];
    const token = this.tokens[index];
    const isFitting = opener !== undefined && CLOSING[mark]?.includes(opener.text) === true;
    if (opening === undefined || token === undefined || !isFitting) {
      this.#isBroken = true;
      return false;
    }
    opener.partner = index;
    token.partner = opening;
    return opener.text === "${" ? this.#template(false) : true;
  }

  /** The text of a template up to its end or its next `${`. */
  #template(isAfterNewline: boolean): boolean {
    const part = this.#take(TEMPLATE_PART);
    if (part === undefined) return false;
    this.#push("literal", "", isAfterNewline);
    return part.endsWith("`") || this.#mark("${", false);
  }

  #isAfterDot(): boolean {
    const previous = this.tokens.at(-1);
    return previous?.kind === "mark" && (previous.text === "." || previous.text === "?.");
  }

  /** Whether `/` may begin a regular expression here: not after a value. */
  #isRegexPossible(): boolean {
    const previous = this.tokens.at(-1);
    if (previous === undefined) return true;
    if (previous.kind === "keyword") return !VALUE_WORDS.has(previous.text);
    if (previous.kind !== "mark") return false;
    if (previous.text === ")") {
      const before = this.tokens[previous.partner - 1];
      return before?.kind === "keyword" && CONTROL.has(before.text);
    }
    return previous.text !== "]";
  }

  /** Whether it may as well be a division: after `}`, `++`, `--` and words that are names in sloppy code. */
  #isRegexUnsure(): boolean {
    const previous = this.tokens.at(-1);
    if (previous === undefined) return false;
    return ["}", "++", "--"].includes(previous.text) || UNSURE_WORDS.has(previous.text);
  }
}
