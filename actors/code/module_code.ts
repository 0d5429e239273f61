/** What travels of a module: the content of a unit of code that functions require. @module */
import { describe, troupeError } from "../base/errors.ts";
import { readFields, writeFields } from "./code_fields.ts";
import type { FunctionCode, FunctionHash } from "../protocol/task.ts";

/** How the text of a module is to be taken. */
export type ModuleFormat = "module" | "json" | "text";

/** Where an import leads. */
export type ModuleTarget =
  /** To another module that travels. */
  | { readonly kind: "unit"; readonly hash: FunctionHash }
  /** To one that the executor finds by itself: `npm:`, `jsr:`, `node:`, `https:`, `data:`. */
  | { readonly kind: "external"; readonly specifier: string }
  /** To a file of Troupe, which every executor has. */
  | { readonly kind: "troupe"; readonly path: string };

/** One import, resolved where the program runs. */
export interface ModuleLink {
  /** As written. */
  readonly specifier: string;
  /** The attribute `type`; empty without one. */
  readonly type: string;
  /** Whether it is imported only when the code comes to it. */
  readonly isDynamic: boolean;
  /** Where it leads. */
  readonly target: ModuleTarget;
}

/** A module, as it is loaded from memory. */
export interface ModuleCode {
  /** URL of the file, where the program runs. */
  readonly url: string;
  /** How to take the text. */
  readonly format: ModuleFormat;
  /** JavaScript, or data. */
  readonly text: string;
  /** JSON of the source map that leads to the user's own lines; empty without one. */
  readonly sourceMap: string;
  /** The word that stands for `import` in its dynamic imports; empty when it has none. */
  readonly importName: string;
  /** Names of what it exports of its own, in order. */
  readonly exports: readonly string[];
  /** Its imports. */
  readonly links: readonly ModuleLink[];
}

const KIND = "module-text";
const FORMATS: readonly string[] = ["module", "json", "text"] satisfies ModuleFormat[];

/** The bytes that travel. The same content gives the same bytes. */
export function encodeModule({ url, format, text, sourceMap, importName, exports, links }: ModuleCode): Uint8Array {
  const linkFields = links.map(({ specifier, type, isDynamic, target }) => [
    specifier,
    type,
    isDynamic,
    target.kind,
    targetText(target),
  ]);
  return writeFields([KIND, url, format, text, sourceMap, importName, exports, linkFields]);
}

/** What a target says besides its kind. */
export function targetText(target: ModuleTarget): string {
  switch (target.kind) {
    case "unit":
      return target.hash;
    case "external":
      return target.specifier;
    case "troupe":
      return target.path;
  }
}

/**
 * Reads what {@linkcode encodeModule} wrote.
 *
 * @throws {TroupeError} `wire/malformed` when it is something else.
 */
export function parseModuleCode(code: FunctionCode): ModuleCode {
  const fields = readFields(code, malformed);
  const [kind, url, format, text, sourceMap, importName, exports, links] = fields;
  const isWhole = kind === KIND && isFormat(format) && Array.isArray(links) && isTexts(exports) &&
    isTexts([url, text, sourceMap, importName]);
  if (!isWhole) throw malformed(fields);
  return {
    url: String(url),
    format,
    text: String(text),
    sourceMap: String(sourceMap),
    importName: String(importName),
    exports,
    links: links.map(parseLink),
  };
}

function parseLink(entry: unknown): ModuleLink {
  const [specifier, type, isDynamic, kind, where]: unknown[] = Array.isArray(entry) ? entry : [];
  if (typeof specifier !== "string" || typeof type !== "string" || typeof where !== "string") throw malformed(entry);
  return { specifier, type, isDynamic: isDynamic === true, target: parseTarget(kind, where) };
}

function parseTarget(kind: unknown, where: string): ModuleTarget {
  switch (kind) {
    case "unit":
      return { kind, hash: where };
    case "external":
      return { kind, specifier: where };
    case "troupe":
      return { kind, path: where };
    default:
      throw malformed(kind);
  }
}

function malformed(found: unknown, cause?: unknown): Error {
  return troupeError("wire/malformed", `Cannot read module: ${describe(found)} is no module`, { cause });
}

function isFormat(value: unknown): value is ModuleFormat {
  return typeof value === "string" && FORMATS.includes(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
