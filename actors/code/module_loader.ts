import { describe, TroupeError, troupeError } from "../base/errors.ts";
import type { CodeUnit } from "./captured_function.ts";
import type { CodePart, LeafPart, ModuleReference } from "./function_code.ts";
import { WHOLE_LIBRARY } from "./code_names.ts";
import type { ReviverWorld } from "./revived_code.ts";
import { isRefusedImport, loadShipped } from "./shipped_modules.ts";

/** Gets what functions use by reference: modules, Troupe's own exports, functions of the platform. */
export class ModuleLoader {
  readonly #world: ReviverWorld;
  /** Modules that were imported, by URL and unit. */
  readonly #modules = new Map<string, object>();
  /** All of Troupe, once it was needed. */
  #library: Readonly<Record<string, unknown>> | undefined;

  constructor(world: ReviverWorld) {
    this.#world = world;
  }

  /** Imports what these parts need; undefined when it is all there. */
  load(parts: readonly CodePart[], task: string, units: readonly CodeUnit[]): Promise<void> | undefined {
    const loads: Promise<unknown>[] = [];
    for (const part of parts) {
      if (part.kind === "module" && !this.#modules.has(keyOf(part))) loads.push(this.#import(part, task, units));
      if (part.kind === "library" && !this.#isAtHand(part.name)) loads.push(this.#loadLibrary());
    }
    return loads.length === 0 ? undefined : Promise.all(loads).then(() => undefined);
  }

  /**
   * What a part stands for. Its module must be loaded.
   *
   * @throws {TroupeError} `input/invalid` when there is no such thing here.
   */
  valueOf(part: LeafPart, task: string): unknown {
    switch (part.kind) {
      case "module":
        return this.#exportOf(part, task);
      case "library":
        return this.#libraryValue(part.name, task);
      case "global": {
        const value = followPath(part.path);
        if (value !== undefined) return value;
        throw missing(task, `${part.path} does not exist here`);
      }
    }
  }

  #isAtHand(name: string): boolean {
    return this.#library !== undefined || (name !== WHOLE_LIBRARY && Object.hasOwn(this.#world.library, name));
  }

  async #loadLibrary(): Promise<void> {
    this.#library = await this.#world.loadLibrary();
  }

  #libraryValue(name: string, task: string): unknown {
    const library = this.#library ?? this.#world.library;
    if (name === WHOLE_LIBRARY) return library;
    if (Object.hasOwn(library, name)) return library[name];
    throw missing(task, `Troupe has no export ${describe(name)} here`, "Run the same version of Troupe everywhere");
  }

  #exportOf(reference: ModuleReference, task: string): unknown {
    const { url, name } = reference;
    const module = this.#modules.get(keyOf(reference));
    if (module !== undefined && name === "*") return module;
    if (module !== undefined && Object.hasOwn(module, name)) return Reflect.get(module, name);
    const names = Object.keys(module ?? {}).map((exported) => describe(exported)).join(", ");
    throw missing(
      task,
      `module ${describe(url)} has no export ${describe(name)}`,
      names === "" ? "It exports nothing" : `It exports ${names}`,
      { url, name },
    );
  }

  /** From the unit that came along, else from its URL. */
  async #import(reference: ModuleReference, task: string, units: readonly CodeUnit[]): Promise<void> {
    const { url, name } = reference;
    const unit = units.find(({ hash }) => hash === reference.unit);
    if (unit === undefined && reference.unit !== undefined) {
      throw troupeError("wire/malformed", `Cannot load task ${describe(task)}: module ${describe(url)} did not come`);
    }
    try {
      const load = async (): Promise<object> =>
        unit === undefined ? await import(url) : await loadShipped(unit, `load task ${describe(task)}`);
      this.#modules.set(keyOf(reference), await (this.#world.importing?.(url, load) ?? load()));
    } catch (cause) {
      // These say what is wrong with the module better than we could.
      if (TroupeError.is(cause, "client/importing") || isRefusedImport(cause)) throw cause;
      const hint = "The module must exist, and be allowed, on every machine that runs its functions";
      throw missing(task, `module ${describe(url)} cannot be imported`, hint, { url, name }, cause);
    }
  }
}

/** What a path leads to; undefined when it leads nowhere here. */
function followPath(path: string): unknown {
  let at: unknown = globalThis;
  for (const step of path.split(".")) {
    if ((typeof at !== "object" && typeof at !== "function") || at === null) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}

function keyOf({ url, unit = "" }: ModuleReference): string {
  return `${unit} ${url}`;
}

function missing(
  task: string,
  what: string,
  hint?: string,
  details: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): Error {
  return troupeError("input/invalid", `Cannot load task ${describe(task)}: ${what}`, { hint, details, cause });
}
