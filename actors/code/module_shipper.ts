import { describe, troupeError } from "../base/errors.ts";
import type { FunctionHash } from "../protocol/task.ts";
import { StableHasher } from "../wire/stable_hash.ts";
import type { CodeUnit } from "./captured_function.ts";
import { type FunctionInspector, mainModule } from "./function_inspector.ts";
import { encodeModule, type ModuleTarget, targetText } from "./module_code.ts";
import { type HashedModule, hashModules } from "./module_hashes.ts";
import { resolveImport } from "./module_resolver.ts";
import { type ModuleSource, readModuleSource, type SourceRefusal } from "./module_source.ts";
import { type ImportMention, type ModuleText, readModuleText } from "./module_text.ts";
import { isInPackage } from "./npm_specifier.ts";
import type { Parser } from "./parser.ts";
import { noteSent } from "./shipped_modules.ts";

const OWN_FOLDER = new URL("../", import.meta.url).href;

/** An import and the module, or the outer world, that it leads to. */
interface ShippedLink extends ImportMention {
  readonly target: ModuleTarget | ShippedModule;
}

/** One module of the program, on its way into a unit of code. */
class ShippedModule implements HashedModule {
  readonly url: string;
  /** The attribute `type` that it is imported with. */
  readonly type: string;
  /** Who asked for it first; undefined for the one that holds the function. */
  readonly importer: ShippedModule | undefined;
  readonly links: ShippedLink[] = [];
  source: ModuleSource = { format: "module", text: "", sourceMap: "" };
  content: ModuleText = { text: "", importName: "", imports: [], exports: [] };
  digest = "";
  hash: FunctionHash = "";
  /** What travels; made after the hash. */
  unit: CodeUnit | undefined;

  constructor(url: string, type: string, importer: ShippedModule | undefined) {
    this.url = url;
    this.type = type;
    this.importer = importer;
  }

  get imports(): ShippedModule[] {
    return this.links.flatMap(({ target }) => target instanceof ShippedModule ? [target] : []);
  }
}

/**
 * Turns modules of this program into units of code, so that workers need not have them: V8's own text of each, with all
 * that it imports of the program.
 */
export class ModuleShipper {
  readonly #parser: Parser;
  readonly #inspector: () => FunctionInspector | undefined;
  /** By type and URL: what a program runs does not change. */
  readonly #modules = new Map<string, ShippedModule>();
  /** V8's texts, by URL. */
  readonly #texts = new Map<string, string>();
  readonly #hasher = new StableHasher();

  /**
   * Makes one that has shipped nothing yet.
   *
   * @param inspector Asks V8; undefined where it may not be asked: then files are read.
   */
  constructor(parser: Parser, inspector: () => FunctionInspector | undefined) {
    this.#parser = parser;
    this.#inspector = inspector;
  }

  /**
   * The module as a unit, which requires the units of its imports. The same unit at every call.
   *
   * @param url URL of the module.
   * @param action What failed if it cannot travel: `submit task "resize"`.
   * @returns Undefined for what does not travel because workers find it by themselves: packages, modules of the web, and
   * files that do not exist here.
   * @throws {TroupeError} `task/not-serializable` when it, or one of its imports, cannot travel; `details.modules` leads
   * there.
   */
  ship(url: string, action: string): CodeUnit | undefined {
    if (!url.startsWith("file:") || isInPackage(url)) return undefined;
    const known = this.#modules.get(keyOf(url, ""));
    if (known !== undefined) return known.unit;
    this.#readTexts();
    const found = new Walk(this.#modules, this.#parser, this.#texts, action).from(url);
    const [entry] = found;
    if (entry === undefined) return undefined;
    for (const module of found) module.digest = this.#digest(module);
    hashModules(entry);
    for (const module of found) {
      module.unit = makeUnit(module);
      this.#modules.set(keyOf(module.url, module.type), module);
    }
    for (const module of found) link(module);
    for (const { url, unit } of found) if (unit !== undefined && this.#texts.has(url)) noteSent(unit);
    return entry.unit;
  }

  /** V8's texts of the modules that the program has loaded by now. */
  #readTexts(): void {
    const isNew = (url: string) => isOfProgram(url) && !this.#texts.has(url);
    for (const [url, text] of this.#inspector()?.textsOf(isNew) ?? []) this.#texts.set(url, text);
  }

  /** Hash of what a module says itself. */
  #digest({ url, source, content, links }: ShippedModule): string {
    const hasher = this.#hasher.reset().text(url).text(source.format).text(content.text).text(source.sourceMap);
    for (const { specifier, type, isDynamic, target } of links) {
      const where = target instanceof ShippedModule ? ["unit", target.url] : [target.kind, targetText(target)];
      for (const part of [specifier, type, String(isDynamic), ...where]) hasher.text(part);
    }
    return hasher.hex();
  }
}

/** Follows the imports of one module. */
class Walk {
  readonly #known: ReadonlyMap<string, ShippedModule>;
  readonly #parser: Parser;
  /** By URL, of modules that are loaded. */
  readonly #texts: ReadonlyMap<string, string>;
  readonly #action: string;
  readonly #found = new Map<string, ShippedModule>();

  constructor(
    known: ReadonlyMap<string, ShippedModule>,
    parser: Parser,
    texts: ReadonlyMap<string, string>,
    action: string,
  ) {
    this.#known = known;
    this.#parser = parser;
    this.#texts = texts;
    this.#action = action;
  }

  /** All modules that are new, the first one first; none when there is no such file here. */
  from(url: string): ShippedModule[] {
    const entry = this.#module(url, "", undefined);
    // A set goes on over what is added to it meanwhile.
    for (const module of this.#found.values()) {
      const source = readModuleSource(module.url, module.type, this.#texts.get(module.url));
      if ("reason" in source) {
        if (module === entry && source.isMissing) return [];
        throw this.#refused(module, source);
      }
      this.#read(module, source);
    }
    return [...this.#found.values()];
  }

  #module(url: string, type: string, importer: ShippedModule | undefined): ShippedModule {
    const key = keyOf(url, type);
    const known = this.#known.get(key) ?? this.#found.get(key);
    if (known !== undefined) return known;
    const module = new ShippedModule(url, type, importer);
    this.#found.set(key, module);
    if (url === mainModule()) {
      throw this.#refused(module, {
        reason: "is the main module, which runs only once",
        hint: "Move what others import from it to a module of its own",
      });
    }
    return module;
  }

  #read(module: ShippedModule, source: ModuleSource): void {
    module.source = source;
    if (source.format !== "module") {
      module.content = { text: source.text, importName: "", imports: [], exports: [] };
      return;
    }
    const content = readModuleText(this.#parser.load(), source.text);
    if (content === undefined) {
      throw this.#refused(module, {
        reason: "is not JavaScript that can be read",
        hint: "Load it with a static import, so that Deno compiles it",
      });
    }
    module.content = content;
    for (const imported of content.imports) this.#follow(module, imported);
  }

  #follow(module: ShippedModule, { specifier, type, isDynamic }: ImportMention): void {
    const resolved = resolveImport(specifier, module.url);
    if (resolved === undefined) {
      // What is imported dynamically may be missing, if the code never comes there.
      if (isDynamic) return;
      throw this.#refused(module, {
        reason: `imports ${describe(specifier)}, which is not found from here`,
        hint: "Name the package with its version: npm:name@1.2.3",
      });
    }
    const target = resolved.kind === "file" ? this.#module(resolved.url, type, module) : resolved;
    module.links.push({ specifier, type, isDynamic, target });
  }

  #refused(module: ShippedModule, { reason, hint }: Pick<SourceRefusal, "reason" | "hint">): Error {
    const modules: string[] = [];
    for (let at: ShippedModule | undefined = module; at !== undefined; at = at.importer) modules.unshift(at.url);
    const importer = module.importer === undefined ? "" : `, imported by ${describe(module.importer.url)},`;
    const message = `Cannot ${this.#action}: module ${describe(module.url)}${importer} ${reason}`;
    return troupeError("task/not-serializable", message, { hint, details: { modules } });
  }
}

function isOfProgram(url: string): boolean {
  return url.startsWith("file:") && !url.startsWith(OWN_FOLDER) && !isInPackage(url);
}

function keyOf(url: string, type: string): string {
  return `${type} ${url}`;
}

function makeUnit({ url, source, content, links, hash }: ShippedModule): CodeUnit {
  const code = encodeModule({
    ...{ url, format: source.format, text: content.text, sourceMap: source.sourceMap },
    importName: content.importName,
    exports: content.exports,
    links: links.map(({ specifier, type, isDynamic, target }) => ({
      ...{ specifier, type, isDynamic },
      target: target instanceof ShippedModule ? { kind: "unit", hash: target.hash } : target,
    })),
  });
  return { hash, name: url, code, requires: [] };
}

/** Completes a unit when all others are made: they may require each other in circles. */
function link(module: ShippedModule): void {
  const units = new Set(module.imports.map(({ unit }) => unit).filter((unit) => unit !== undefined));
  if (module.unit !== undefined) Object.assign(module.unit, { requires: [...units] });
}
