/** The text of a module, as this program runs it or would run it. @module */
import type { ModuleFormat } from "./module_code.ts";
import { nodeBuiltin } from "../base/node_builtin.ts";

/** What a module consists of. */
export interface ModuleSource {
  /** How to take the text. */
  readonly format: ModuleFormat;
  /** JavaScript, or data. */
  readonly text: string;
  /** JSON of the source map; empty without one. */
  readonly sourceMap: string;
}

/** Why a module cannot travel. */
export interface SourceRefusal {
  /** As a sentence part: `module "x" ` stands before it. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string;
  /** Whether there is no such file. */
  readonly isMissing: boolean;
}

/** The comment that leads to a source map: ours takes its place. */
const MAP_COMMENT = /\n?\/\/# sourceMappingURL=[^\n]*\s*$/;
const STRIPPED_URL = "file:///stripTypeScriptTypes.ts";

/**
 * Reads a module.
 *
 * @param url URL of the file.
 * @param type The attribute `type` of the import; empty without one.
 * @param loadedText V8's text of it; undefined when this program has not loaded it, or V8 may not be asked.
 */
export function readModuleSource(
  url: string,
  type: string,
  loadedText: string | undefined,
): ModuleSource | SourceRefusal {
  if (type !== "") return readData(url, type);
  const path = new URL(url).pathname;
  const kind = /\.(?:cjs|cts|wasm|json|node)$/.exec(path)?.[0];
  if (kind !== undefined) return refuseKind(kind);
  if (loadedText !== undefined) return { format: "module", text: withoutMap(loadedText), sourceMap: loadedMap(url) };
  const text = readFile(url, (file) => Deno.readTextFileSync(file));
  if (typeof text !== "string") return text;
  return /\.[mc]?js$/.test(path) ? { format: "module", text, sourceMap: "" } : strip(url, text);
}

function readData(url: string, type: string): ModuleSource | SourceRefusal {
  switch (type) {
    case "json":
    case "text": {
      const text = readFile(url, (file) => Deno.readTextFileSync(file));
      return typeof text === "string" ? { format: type, text, sourceMap: "" } : text;
    }
    default:
      return refusal(`is imported with type "${type}", which does not travel`, "Import JSON or text");
  }
}

function readFile<T>(url: string, read: (file: URL) => T): T | SourceRefusal {
  try {
    return read(new URL(url));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return refusal("may not be read", "Run with --allow-read");
    if (error instanceof Error) {
      const isMissing = error instanceof Deno.errors.NotFound;
      return { ...refusal(`cannot be read: ${error.message}`, "Check the path of the import"), isMissing };
    }
    throw error;
  }
}

/** A file that was not loaded: Deno's own compiler is not at hand, only the one that takes types away. */
function strip(url: string, text: string): ModuleSource | SourceRefusal {
  try {
    const { stripTypeScriptTypes } = nodeBuiltin("node:module");
    const stripped = stripTypeScriptTypes(text, { mode: "transform", sourceMap: true });
    return { format: "module", text: withoutMap(stripped), sourceMap: strippedMap(stripped, url) };
  } catch (cause) {
    const [firstLine] = cause instanceof Error ? cause.message.split("\n") : [String(cause)];
    const hint = "Import it statically, as JSX can only be compiled by loading it, or write plain TypeScript";
    return refusal(`is not loaded here and cannot be compiled: ${firstLine}`, hint);
  }
}

function withoutMap(text: string): string {
  return text.replace(MAP_COMMENT, "");
}

function loadedMap(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname).replace(/^\/([A-Za-z]:\/)/, "$1");
  const payload = nodeBuiltin("node:module").findSourceMap(path)?.payload;
  return payload === undefined ? "" : mapText({ ...payload }, url);
}

function strippedMap(text: string, url: string): string {
  const encoded = /sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(text)?.[1];
  if (encoded === undefined) return "";
  const map: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(encoded)));
  return typeof map === "object" && map !== null ? mapText({ ...map }, url) : "";
}

/** Without the text that it maps to, which only debuggers show. */
function mapText(map: { sources?: unknown; sourcesContent?: unknown }, url: string): string {
  const sources = Array.isArray(map.sources) ? map.sources.map((source) => source === STRIPPED_URL ? url : source) : [];
  return JSON.stringify({ ...map, sources, sourcesContent: undefined });
}

function refuseKind(kind: string): SourceRefusal {
  if (kind === ".json") return refusal("is JSON, imported without a type", 'Add with { type: "json" }');
  if (kind === ".wasm" || kind === ".node") {
    return refusal("is native code, which does not travel", "Load its bytes as data, or install it on the workers");
  }
  return refusal("is a CommonJS module, which does not travel", "Write import and export, or put it into a package");
}

function refusal(reason: string, hint: string): SourceRefusal {
  return { reason, hint, isMissing: false };
}
