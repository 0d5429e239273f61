/** Classes of actors on their way to another thread or process: by reference, never by value. @module */
import { troupeError } from "../base/errors.ts";
import { type AnyFunction, isFunction } from "../code/captured_function.ts";
import type { ModuleReference } from "../code/function_code.ts";
import { FunctionInspector } from "../code/function_inspector.ts";
import { findExport } from "../code/module_export.ts";
import { Parser } from "../code/parser.ts";
import { ScriptReader } from "../code/script_reader.ts";
import type { ActorClass } from "./actor_ref.ts";

/** Where a class can be imported from. */
export interface ClassReference {
  /** URL of its module. */
  readonly module: string;
  /** Name of the export. */
  readonly export: string;
}

/** Finds the exports that classes are. */
export class ClassFinder {
  readonly #parser = new Parser();
  /** What was found. Entries go with their classes. */
  readonly #found = new WeakMap<ActorClass, ClassReference>();

  /** Remembers where a class was imported from. */
  learn(type: ActorClass, reference: ClassReference): void {
    this.#found.set(type, reference);
  }

  /**
   * Where others can import this class from.
   *
   * @param place For messages: "a thread".
   * @throws `input/invalid` when it is no export of a module other than the main one, or nobody may find out.
   */
  async find(type: ActorClass, place: string): Promise<ClassReference> {
    const known = this.#found.get(type);
    if (known !== undefined) return known;
    await this.#parser.prepare();
    const inspector = FunctionInspector.open();
    if (inspector === undefined) {
      throw troupeError("input/invalid", `Cannot spawn ${type.name} on ${place}: its module cannot be found out`, {
        hint: "Run with --allow-sys",
      });
    }
    let found: ModuleReference | undefined;
    try {
      found = findExport(
        asFunction(type),
        inspector.lookAt(asFunction(type)),
        new ScriptReader(this.#parser, () => inspector),
      );
    } finally {
      // An open one would make the thread that is about to be started slow.
      inspector.close();
    }
    if (found === undefined) {
      const what = `it is no export of a module other than the main one`;
      throw troupeError("input/invalid", `Cannot spawn ${type.name} on ${place}: ${what}`, {
        hint: "Export the class from a module of its own",
      });
    }
    const reference = { module: found.url, export: found.name };
    this.learn(type, reference);
    return reference;
  }
}

/** Imports a class; throws `input/invalid` when it is not there. */
export async function importClass(reference: ClassReference): Promise<ActorClass> {
  const module: Record<string, unknown> = await import(reference.module);
  const found = module[reference.export];
  if (isClass(found)) return found;
  throw troupeError("input/invalid", `Cannot spawn actor: ${reference.module} has no class "${reference.export}"`);
}

function isClass(value: unknown): value is ActorClass {
  return isFunction(value) && typeof Reflect.get(value, "prototype") === "object";
}

/** V8 tells the place of a class as it does for any function. */
function asFunction(type: unknown): AnyFunction {
  if (isFunction(type)) return type;
  throw troupeError("input/invalid", "Cannot find class: it is no class");
}
