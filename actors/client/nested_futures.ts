/** Futures in data: in arrays and plain objects, at any depth. Inside anything else (Map, Set, instances) they stay what they are. @module */
import { Future } from "./future.ts";

/** Deeper data is left to the value codec, which refuses it with its path. */
const DEPTH_MAX = 1_000;

/** Whether a value is an object literal, as far as can be told. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Tells what is looked for among the objects inside a value. */
export type Sought<T extends object> = (value: unknown) => value is T;

/** Whether there is a future in a value. */
export function hasFutures(value: unknown): boolean {
  return holds(value, Future.is);
}

/** Whether there is something of a kind in a value. */
export function holds(value: unknown, isSought: Sought<object>): boolean {
  return typeof value === "object" && value !== null && new Search(isSought).isIn(value, 0);
}

/**
 * The same data with something in place of each future. Arrays and plain objects are copied, each once: cycles and shared
 * parts stay. A value without futures comes back as it is.
 */
export function replaceFutures(value: unknown, replace: (future: Future<unknown>) => unknown): unknown {
  return replaceParts(value, Future.is, replace);
}

/** The same with something else than futures. */
export function replaceParts<T extends object>(
  value: unknown,
  isSought: Sought<T>,
  replace: (part: T) => unknown,
): unknown {
  return holds(value, isSought) ? new Replacement(isSought, replace).of(value, 0) : value;
}

class Search {
  readonly #isSought: Sought<object>;
  /** Arrays and plain objects looked at; made when the first one lies inside another. */
  #seen: Set<object> | undefined = undefined;

  constructor(isSought: Sought<object>) {
    this.#isSought = isSought;
  }

  isIn(value: object, depth: number): boolean {
    if (Array.isArray(value)) return this.#isNew(value, depth) && this.#isAmong(value, depth);
    if (this.#isSought(value)) return true;
    return isPlainObject(value) && this.#isNew(value, depth) && this.#isAmong(Object.values(value), depth);
  }

  #isAmong(values: readonly unknown[], depth: number): boolean {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === "object" && value !== null && this.isIn(value, depth + 1)) return true;
    }
    return false;
  }

  #isNew(value: object, depth: number): boolean {
    if (depth === 0) return true;
    if (depth > DEPTH_MAX) return false;
    this.#seen ??= new Set();
    return this.#seen.size !== this.#seen.add(value).size;
  }
}

class Replacement<T extends object> {
  readonly #isSought: Sought<T>;
  readonly #replace: (part: T) => unknown;
  readonly #copies = new Map<object, object>();

  constructor(isSought: Sought<T>, replace: (part: T) => unknown) {
    this.#isSought = isSought;
    this.#replace = replace;
  }

  of(value: unknown, depth: number): unknown {
    if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return value;
    if (this.#isSought(value)) return this.#replace(value);
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (Array.isArray(value)) return this.#ofList(value, depth);
    return isPlainObject(value) ? this.#ofRecord(value, depth) : value;
  }

  #ofList(list: readonly unknown[], depth: number): unknown[] {
    const copy = new Array<unknown>(list.length);
    this.#copies.set(list, copy);
    for (let i = 0; i < list.length; i++) if (i in list) copy[i] = this.of(list[i], depth + 1);
    return copy;
  }

  #ofRecord(record: Readonly<Record<string, unknown>>, depth: number): object {
    const copy = {};
    this.#copies.set(record, copy);
    for (const [key, entry] of Object.entries(record)) setOwn(copy, key, this.of(entry, depth + 1));
    return copy;
  }
}

/** Sets an own property, also one named `__proto__`. */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
  } else Reflect.set(target, key, value);
}
