import { readBinding } from "./function_inspector.ts";

/** Troupe's own exports, which are there wherever a function runs: by name, and by value. */
export class LibraryNames {
  /** Names of exports that are in no library, for few functions use them: told by their modules, where these are loaded. */
  static readonly #others = new WeakMap<object, string>();
  readonly #library: Readonly<Record<string, unknown>>;
  /** Exported names by value; primitives prove nothing and are left out. */
  readonly #names = new Map<unknown, string>();

  /** This is one of Troupe's own exports. */
  static announce(name: string, value: object): void {
    LibraryNames.#others.set(value, name);
  }

  /** The names of these exports. */
  constructor(library: Readonly<Record<string, unknown>>) {
    this.#library = library;
    for (const [name, value] of Object.entries(library)) {
      const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
      if (isObject && !this.#names.has(value)) this.#names.set(value, name);
    }
  }

  /** Whether there is an export of this name. */
  has(name: string): boolean {
    return Object.hasOwn(this.#library, name);
  }

  /** The exported name of a value, if it is an export. */
  nameOf(value: unknown): string | undefined {
    const name = this.#names.get(value);
    if (name !== undefined || typeof value !== "function") return name;
    return LibraryNames.#others.get(value);
  }

  /** Whether a value is Troupe as one object: `import * as troupe`. */
  isWhole(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    const names = Object.keys(value);
    return names.length > 0 &&
      names.every((name) => this.has(name) && readBinding(value, name) === this.#library[name]);
  }
}
