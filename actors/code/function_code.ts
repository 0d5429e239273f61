/** What travels of a function: the content of a `FunctionCode`. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { FunctionCode, FunctionHash } from "../protocol/task.ts";
import { readFields, writeFields } from "./code_fields.ts";
import { StableHasher } from "../wire/stable_hash.ts";

/** A function by value. */
export interface SourcePart {
  /** Tells the kinds apart. */
  readonly kind: "source";
  /** The function's name, empty for an anonymous one. */
  readonly name: string;
  /** A JavaScript expression whose value is the function or class. */
  readonly text: string;
  /** What its names from around it mean; globals need no mention. */
  readonly uses: readonly NameUse[];
  /** Names that it writes: doing so throws. */
  readonly written: readonly string[];
  /** What its `import.meta.url` says; empty when it does not ask. */
  readonly metaUrl: string;
  /** The slot that holds its own properties, as an object; undefined when it has none. */
  readonly properties: number | undefined;
}

/** A name in a text, and what it means: a part of the same group, or a slot of its environment. */
export type NameUse = readonly [alias: string, what: "part" | "slot", index: number];

/** A function by reference: an export of a module that is imported where the function runs. */
export interface ModuleReference {
  /** Tells the kinds apart. */
  readonly kind: "module";
  /** Absolute URL of the module. */
  readonly url: string;
  /** Name of the export, `"default"` included; `"*"` for the module itself. */
  readonly name: string;
  /** The unit of code that holds the module, if it travels along: it is loaded from that, and never from its URL. */
  readonly unit?: FunctionHash;
}

/** One of Troupe's own exports, by name; `"*"` for all of them as one object. */
export interface LibraryPart {
  /** Tells the kinds apart. */
  readonly kind: "library";
  /** The exported name. */
  readonly name: string;
}

/** A function of the platform, by the path that leads to it from the global object: `Math.max`. */
export interface GlobalPart {
  /** Tells the kinds apart. */
  readonly kind: "global";
  /** The path. */
  readonly path: string;
}

/** What `bind` made. */
export interface BoundPart {
  /** Tells the kinds apart. */
  readonly kind: "bound";
  /** The part that is bound. */
  readonly target: number;
  /** The slot that holds `[this, arguments]`. */
  readonly slot: number;
}

/** A part that stands alone. */
export type LeafPart = ModuleReference | LibraryPart | GlobalPart;
/** One function, or something else that functions use by reference. */
export type CodePart = SourcePart | BoundPart | LeafPart;

/** A function with all that it reaches. The values of its variables travel apart, as its environment. */
export interface FunctionGroup {
  /** Tells the kinds apart. */
  readonly kind: "group";
  /** The first one is the function itself. */
  readonly parts: readonly CodePart[];
  /** How many values the environment has. */
  readonly slotCount: number;
}

/** Every way in which a function travels. */
export type CodeContent = FunctionGroup | ModuleReference;

/** The bytes that travel, and their hash. The same content gives the same bytes. */
export function encodeCode(content: CodeContent): { readonly code: FunctionCode; readonly hash: FunctionHash } {
  const fields = content.kind === "group"
    ? [content.kind, content.slotCount, content.parts.map(partFields)]
    : partFields(content);
  const code = writeFields(fields);
  return { code, hash: new StableHasher().reset().bytes(code).hex() };
}

function partFields(part: CodePart): unknown[] {
  switch (part.kind) {
    case "source": {
      const fields = [part.kind, part.name, part.text, part.uses];
      const { written, metaUrl, properties } = part;
      const isPlain = written.length === 0 && metaUrl === "" && properties === undefined;
      return isPlain ? fields : [...fields, written, metaUrl, properties ?? -1];
    }
    case "module":
      return part.unit === undefined ? [part.kind, part.url, part.name] : [part.kind, part.url, part.name, part.unit];
    case "library":
      return [part.kind, part.name];
    case "global":
      return [part.kind, part.path];
    case "bound":
      return [part.kind, part.target, part.slot];
  }
}

/**
 * Reads what {@linkcode encodeCode} wrote.
 *
 * @throws {TroupeError} `wire/malformed` when it is something else.
 */
export function parseCode(code: FunctionCode): CodeContent {
  const fields = readFields(code, malformed);
  if (fields[0] !== "group") {
    const part = parsePart(fields);
    if (part?.kind === "module") return part;
    throw malformed(fields);
  }
  const [, slotCount, list] = fields;
  if (!isIndex(slotCount) || !Array.isArray(list) || list.length === 0) throw malformed(fields);
  const parts = list.map((entry: unknown) => {
    const part = Array.isArray(entry) ? parsePart(entry) : undefined;
    if (part === undefined || !isWithin(part, list.length, slotCount)) throw malformed(entry);
    return part;
  });
  return { kind: "group", parts, slotCount };
}

function parsePart(fields: readonly unknown[]): CodePart | undefined {
  const [kind, first, second] = fields;
  switch (kind) {
    case "source":
      return parseSource(fields);
    case "module":
      return isText(first) && isText(second) ? parseReference(first, second, fields[3]) : undefined;
    case "library":
      return isText(first) ? { kind, name: first } : undefined;
    case "global":
      return isText(first) ? { kind, path: first } : undefined;
    case "bound":
      return isIndex(first) && isIndex(second) ? { kind, target: first, slot: second } : undefined;
    default:
      return undefined;
  }
}

function parseReference(url: string, name: string, unit: unknown): ModuleReference | undefined {
  if (unit === undefined) return { kind: "module", url, name };
  return isText(unit) ? { kind: "module", url, name, unit } : undefined;
}

function parseSource(fields: readonly unknown[]): SourcePart | undefined {
  const [, name, text, uses, written = [], metaUrl = "", properties = -1] = fields;
  if (!isText(name) || !isText(text) || !isText(metaUrl) || typeof properties !== "number") return undefined;
  if (!Array.isArray(uses) || !uses.every(isUse) || !Array.isArray(written) || !written.every(isText)) return undefined;
  return { kind: "source", name, text, uses, written, metaUrl, properties: properties < 0 ? undefined : properties };
}

/** Whether all indexes of a part lead to something. */
function isWithin(part: CodePart, partCount: number, slotCount: number): boolean {
  if (part.kind === "bound") return part.target < partCount && part.slot < slotCount;
  if (part.kind !== "source") return true;
  return (part.properties ?? -1) < slotCount &&
    part.uses.every(([, what, index]) => index < (what === "part" ? partCount : slotCount));
}

function malformed(found: unknown, cause?: unknown): Error {
  return troupeError("wire/malformed", `Cannot read function: ${describe(found)} is not code`, { cause });
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isUse(value: unknown): value is NameUse {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [alias, what, index]: unknown[] = value;
  return isText(alias) && (what === "part" || what === "slot") && isIndex(index);
}
