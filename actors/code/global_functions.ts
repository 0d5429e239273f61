/** Functions of the platform, by the path that leads to them: `const { max } = Math` travels as `Math.max`. @module */
import { isFunction } from "./captured_function.ts";
import { GLOBAL_NAMES } from "./global_names.ts";

/** Finds paths. */
export class GlobalFunctions {
  /** By function; made when the first one is asked for. */
  #paths: Map<unknown, string> | undefined;

  /** The path to a function; undefined when none is known that is at most `Class.prototype.method` long. */
  pathOf(fn: unknown): string | undefined {
    this.#paths ??= readPaths();
    return this.#paths.get(fn);
  }
}

function readPaths(): Map<unknown, string> {
  const paths = new Map<unknown, string>();
  const add = (value: unknown, path: string) => {
    if (isFunction(value) && !paths.has(value)) paths.set(value, path);
  };
  const names = [...GLOBAL_NAMES].filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== "globalThis");
  for (const name of names) add(plainProperty(globalThis, name), name);
  for (const name of names) {
    const value = plainProperty(globalThis, name);
    if ((typeof value !== "object" && typeof value !== "function") || value === null) continue;
    if (value === globalThis) continue;
    addMembers(value, name, add);
    const prototype = plainProperty(value, "prototype");
    if (typeof prototype === "object" && prototype !== null) addMembers(prototype, `${name}.prototype`, add);
  }
  return paths;
}

function addMembers(holder: object, path: string, add: (value: unknown, path: string) => void): void {
  for (const key of Object.getOwnPropertyNames(holder)) {
    if (/^[A-Za-z_]\w*$/.test(key) && key !== "constructor") add(plainProperty(holder, key), `${path}.${key}`);
  }
}

/** A property that is there already: getters of the platform may load modules, or warn. */
function plainProperty(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}
