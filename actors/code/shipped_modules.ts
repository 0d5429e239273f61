/**
 * Modules that came from elsewhere, loaded from memory through module hooks, never from a disk. Hooks are a matter of the
 * whole thread: two executors of one thread share them, and the modules with their state.
 *
 * @module
 */
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import { requiredFirst } from "../base/required_first.ts";
import type { CodeUnit } from "./captured_function.ts";
import type { ModuleReference } from "./function_code.ts";
import type { ModuleTarget } from "./module_code.ts";
import { nodeBuiltin, type NodeBuiltins } from "../base/node_builtin.ts";
import { MEMORY_KEY, SELF, ShippedModule } from "./shipped_module.ts";

/** An export of a module that came from elsewhere, fit to go on as it came. */
export interface ShippedExport {
  /** As whoever sent the module refers to it. */
  readonly reference: ModuleReference;
  /** The module. */
  readonly unit: CodeUnit;
}

type Hooks = Parameters<NodeBuiltins["node:module"]["registerHooks"]>[0];
type ResolveHook = NonNullable<Hooks["resolve"]>;
type LoadHook = NonNullable<Hooks["load"]>;

const TROUPE_ROOT = new URL("../../", import.meta.url).href;

/** What modules in memory see of {@linkcode ShippedModules}, and the hooks. */
class ModuleMemory {
  /** What is loaded cannot be unloaded, so entries stay. */
  readonly #byHash = new Map<string, ShippedModule>();
  readonly #byLoadUrl = new Map<string, ShippedModule>();
  /** Functions and objects that modules in memory export. */
  readonly #exports = new WeakMap<object, ShippedExport>();
  #isHooked = false;

  /** What this very program has sent, by hash: it has these modules already. */
  readonly #home = new Map<string, CodeUnit>();

  /** Loads a module, and before it what it and its imports need from outside. */
  async load(unit: CodeUnit, action: string, type = ""): Promise<object> {
    const home = this.#home.get(unit.hash);
    if (home !== undefined) return await importAs(home.name, type);
    this.#hook();
    const module = this.#module(unit);
    await this.#prepare(module, action);
    return await importAs(module.loadUrl, type);
  }

  sent(unit: CodeUnit): void {
    this.#home.set(unit.hash, unit);
  }

  unit(hash: string): CodeUnit | undefined {
    return this.#byHash.get(hash)?.unit ?? this.#home.get(hash);
  }

  exportOf(value: object): ShippedExport | undefined {
    return this.#exports.get(value);
  }

  at(loadUrl: string): ShippedModule | undefined {
    return this.#byLoadUrl.get(loadUrl);
  }

  /** Called by each module in memory when it has run. */
  loaded(loadUrl: string, namespace: object): void {
    const module = this.#byLoadUrl.get(loadUrl);
    if (module === undefined) return;
    const { unit, content: { url, exports } } = module;
    for (const name of exports) {
      const value: unknown = Reflect.get(namespace, name);
      const isObject = typeof value === "function" || (typeof value === "object" && value !== null);
      if (!isObject || this.#exports.has(value)) continue;
      this.#exports.set(value, { reference: { kind: "module", url, name, unit: unit.hash }, unit });
    }
  }

  /** Called by modules in memory in place of `import(...)`. */
  async import(loadUrl: string, specifier: unknown, options?: ImportCallOptions): Promise<object> {
    const module = this.#byLoadUrl.get(loadUrl);
    const name = String(specifier);
    const type = options?.with?.["type"] ?? "";
    if (module === undefined) return await importAs(name, type);
    const target = module.target(name, type);
    const unit = target === undefined ? travelled(module, name) : unitOf(module, target);
    if (unit !== undefined) return await this.load(unit, `import ${describe(name)}`, type);
    return await importAs(target === undefined ? name : outside(target), type);
  }

  readonly #resolve: ResolveHook = (specifier, context, next) => {
    const known = this.#byLoadUrl.get(specifier);
    if (known !== undefined) return { url: known.loadUrl, shortCircuit: true };
    const parent = this.#byLoadUrl.get(context.parentURL ?? "");
    if (parent === undefined) return next(specifier, context);
    if (specifier === SELF) return { url: parent.loadUrl, shortCircuit: true };
    const target = parent.target(specifier, context.importAttributes?.["type"] ?? "");
    if (target === undefined) throw notShipped(parent, specifier);
    const unit = unitOf(parent, target);
    if (unit === undefined) return next(outside(target), { ...context, parentURL: import.meta.url });
    return { url: this.#module(unit).loadUrl, shortCircuit: true };
  };

  readonly #load: LoadHook = (url, context, next) => {
    const module = this.#byLoadUrl.get(url);
    if (module === undefined) return next(url, context);
    const { format, text } = module.content;
    return { format, source: format === "module" ? module.source : text, shortCircuit: true };
  };

  /** From now on this thread asks here where imports lead. */
  #hook(): void {
    if (this.#isHooked) return;
    this.#isHooked = true;
    Object.defineProperty(globalThis, Symbol.for(MEMORY_KEY), { value: this });
    nodeBuiltin("node:module").registerHooks({ resolve: this.#resolve, load: this.#load });
  }

  #module(unit: CodeUnit): ShippedModule {
    const known = this.#byHash.get(unit.hash);
    if (known !== undefined) return known;
    const module = new ShippedModule(unit);
    this.#byHash.set(unit.hash, module);
    this.#byLoadUrl.set(module.loadUrl, module);
    return module;
  }

  /** Imports what comes from outside: a module in memory can import a package only when it was imported before. */
  async #prepare(entry: ShippedModule, action: string): Promise<void> {
    if (entry.isPrepared) return;
    const modules = requiredFirst(entry, (module) => module.staticUnits.map((unit) => this.#module(unit)));
    const imports = modules.filter(({ isPrepared }) => !isPrepared).flatMap(({ content: { url, links } }) =>
      links.flatMap(({ isDynamic, target, type }) =>
        isDynamic || target.kind === "unit" ? [] : { specifier: outside(target), type, importer: url }
      )
    );
    await Promise.all(imports.map(async ({ specifier, type, importer }) => {
      try {
        await importAs(specifier, type);
      } catch (cause) {
        throw cannotImport(action, specifier, importer, cause);
      }
    }));
    for (const module of modules) module.isPrepared = true;
  }
}

const MEMORY = new ModuleMemory();

/**
 * Loads a module that came from elsewhere, from memory.
 *
 * @param unit The module; what it imports is among what it requires.
 * @param action What fails if it cannot be loaded: `load task "resize"`.
 * @throws {TroupeError} `input/invalid` when something that it, or one of its imports, imports from outside cannot be
 * imported here; what the module itself throws as it is.
 */
export function loadShipped(unit: CodeUnit, action: string): Promise<object> {
  return MEMORY.load(unit, action);
}

/** Notes that a module that this program has loaded travels: should it come back, it is the one that is here. */
export function noteSent(unit: CodeUnit): void {
  MEMORY.sent(unit);
}

/** A module that came from elsewhere, or that this program has sent. */
export function shippedUnit(hash: string): CodeUnit | undefined {
  return MEMORY.unit(hash);
}

/** Where a function or object was exported, if a module that came from elsewhere did so. */
export function shippedExportOf(value: object): ShippedExport | undefined {
  return MEMORY.exportOf(value);
}

/** The module that was loaded from memory under this URL, which is the URL of its script. */
export function shippedModuleAt(loadUrl: string): ShippedModule | undefined {
  return MEMORY.at(loadUrl);
}

/**
 * Where an import leads in a module that was loaded from memory.
 *
 * @param loadUrl URL of the module's script.
 * @param specifier As written there.
 * @returns Undefined when the script is no such module.
 */
export function shippedImport(loadUrl: string, specifier: string): Pick<ModuleReference, "url" | "unit"> | undefined {
  const module = MEMORY.at(loadUrl);
  const target = module?.target(specifier, "");
  if (module === undefined || target === undefined) return undefined;
  const unit = unitOf(module, target);
  return unit === undefined ? { url: outside(target) } : { url: unit.name, unit: unit.hash };
}

/** Whether this is the error of a module that needs something which cannot be imported here: it says all there is to say. */
export function isRefusedImport(error: unknown): boolean {
  return TroupeError.is(error, "input/invalid") && typeof error.details?.["importer"] === "string";
}

async function importAs(specifier: string, type: string): Promise<object> {
  const module: object = type === "" ? await import(specifier) : await import(specifier, { with: { type } });
  return module;
}

function outside(target: ModuleTarget): string {
  switch (target.kind) {
    case "unit":
      return target.hash;
    case "external":
      return target.specifier;
    case "troupe":
      return TROUPE_ROOT + target.path;
  }
}

/** The module that an import leads to, if it came along. */
function unitOf(module: ShippedModule, target: ModuleTarget): CodeUnit | undefined {
  if (target.kind !== "unit") return undefined;
  const unit = module.required(target.hash);
  if (unit !== undefined) return unit;
  const message = `Cannot load module ${describe(module.content.url)}: what it imports did not come`;
  throw troupeError("wire/malformed", message);
}

/** The module that an import with a computed specifier means, if it came along; undefined for one that comes from outside. */
function travelled(module: ShippedModule, specifier: string): CodeUnit | undefined {
  const isRelative = /^\.{0,2}\//.test(specifier);
  const url = isRelative ? new URL(specifier, module.content.url).href : specifier;
  if (!url.startsWith("file:")) return undefined;
  const unit = requiredFirst(module.unit, ({ requires }) => requires).find(({ name }) => name === url);
  if (unit === undefined) throw notShipped(module, specifier);
  return unit;
}

function notShipped({ content: { url } }: ShippedModule, specifier: string): Error {
  return troupeError("input/invalid", `Cannot import ${describe(specifier)}: it did not travel with ${describe(url)}`, {
    hint: "Write the specifier as a literal, so that it is seen when the task is submitted",
    details: { url: specifier, importer: url },
  });
}

function cannotImport(action: string, specifier: string, importer: string, cause: unknown): Error {
  const message = `Cannot ${action}: module ${describe(specifier)}, imported by ${
    describe(importer)
  }, cannot be imported`;
  return troupeError("input/invalid", message, {
    hint: "It must exist, and be allowed, on every machine that runs the task",
    details: { url: specifier, importer },
    cause,
  });
}
