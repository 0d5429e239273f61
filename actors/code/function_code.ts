/** What travels of a function: the content of a `FunctionCode`. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { FunctionCode, FunctionHash } from "../protocol/task.ts";
import { StableHasher } from "../wire/stable_hash.ts";

/** A function by value: its text, which needs nothing but globals, itself and Troupe's own exports. */
export interface SourceCode {
  /** Tells the kinds apart. */
  readonly kind: "source";
  /** The function's name, empty for an anonymous one. */
  readonly name: string;
  /** A JavaScript expression whose value is the function. */
  readonly text: string;
  /** Names by which the text calls the function itself, besides one that the text defines. */
  readonly selves: readonly string[];
  /** Troupe's exports that the text uses: `[name in the text, exported name]`, `"*"` for all as one object. */
  readonly library: readonly (readonly [alias: string, exported: string])[];
}

/** A function by reference: an export of a module that is imported where the function runs. */
export interface ModuleReference {
  /** Tells the kinds apart. */
  readonly kind: "module";
  /** Absolute URL of the module. */
  readonly url: string;
  /** Name of the export, `"default"` included. */
  readonly name: string;
}

/** Every way in which a function travels. */
export type CodeContent = SourceCode | ModuleReference;

/** The bytes that travel, and their hash. The same content gives the same bytes. */
export function encodeCode(content: CodeContent): { readonly code: FunctionCode; readonly hash: FunctionHash } {
  const fields = content.kind === "source"
    ? [content.kind, content.name, content.text, content.selves, content.library]
    : [content.kind, content.url, content.name];
  const code = new TextEncoder().encode(JSON.stringify(fields));
  return { code, hash: new StableHasher().reset().bytes(code).hex() };
}

/**
 * Reads what {@linkcode encodeCode} wrote.
 *
 * @throws {TroupeError} `wire/malformed` when it is something else.
 */
export function parseCode(code: FunctionCode): CodeContent {
  const fields = readFields(code);
  if (fields[0] === "module" && fields.length === 3) {
    const [, url, name] = fields;
    if (typeof url === "string" && typeof name === "string") return { kind: "module", url, name };
  }
  if (fields[0] === "source" && fields.length === 5) {
    const [, name, text, selves, library] = fields;
    if (typeof name === "string" && typeof text === "string" && isTexts(selves) && isLibrary(library)) {
      return { kind: "source", name, text, selves, library };
    }
  }
  throw malformed(fields);
}

function readFields(code: FunctionCode): unknown[] {
  if (!(code instanceof Uint8Array)) throw malformed(code);
  try {
    // A received view may lie in shared memory, which TextDecoder refuses: copy.
    const fields: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(code)));
    if (Array.isArray(fields)) return fields;
  } catch (cause) {
    throw malformed(code, cause);
  }
  throw malformed(code);
}

function malformed(found: unknown, cause?: unknown): Error {
  return troupeError("wire/malformed", `Cannot read function: ${describe(found)} is not code`, { cause });
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function isLibrary(value: unknown): value is [string, string][] {
  return Array.isArray(value) &&
    value.every((entry: unknown) => Array.isArray(entry) && entry.length === 2 && isTexts(entry));
}
