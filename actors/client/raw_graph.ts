/** Raw graphs: an object of key to value, key reference or call. @module */
import { describe, troupeError } from "../base/errors.ts";
import { type AnyFunction, isFunction } from "../code/captured_function.ts";
import { CallNode } from "./call_node.ts";
import { Future } from "./future.ts";
import { isPlainObject, setOwn } from "./nested_futures.ts";

/** A raw graph: key to value, to key, or to `[fn, ...args]`; a text that is a key of the graph means that key's result. */
export type Graph = Readonly<Record<string, unknown>>;

/** The result of the graph entry `V`, as far as it shows: the result of its function, else unknown. */
export type GraphResult<V> = V extends readonly [(...args: never[]) => infer R, ...unknown[]] ? Awaited<R> : unknown;

/** Deeper data is left to the value codec, which refuses it with its path. */
const DEPTH_MAX = 1_000;
/** Keys named in a message. */
const NAMED_KEYS_MAX = 8;

/**
 * What these keys of a graph stand for: values, in which a {@linkcode CallNode} stands for each result that must be
 * computed. Only what they need is looked at.
 *
 * @throws `input/invalid` for a key that the graph does not have, and for entries that need each other in a circle.
 */
export function readGraph(graph: unknown, keys: readonly unknown[]): unknown[] {
  if (typeof graph !== "object" || graph === null || Array.isArray(graph) || !isPlainObject(graph)) {
    throw troupeError("input/invalid", `Cannot get from graph: ${describe(graph)} is no graph`, {
      hint: 'Give an object of keys to values and calls: { x: 1, y: [inc, "x"] }',
    });
  }
  const reader = new GraphReader(graph);
  return keys.map((key) => reader.resultOf(key));
}

/** An entry on the way to being read. */
interface OpenEntry {
  readonly key: string;
  /** Other entries that it refers to. */
  readonly needs: readonly string[];
  next: number;
}

class GraphReader {
  readonly #graph: Graph;
  /** What entries mean, once read. */
  readonly #meanings = new Map<string, unknown>();
  /** What stands for an entry of data where others refer to it: one task, so that the data travels once. */
  readonly #dataNodes = new Map<string, CallNode>();
  /** What arrays and objects of the graph became: one met twice is one. */
  readonly #copies = new Map<object, unknown>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  resultOf(key: unknown): unknown {
    if (typeof key !== "string") {
      throw troupeError("input/invalid", `Cannot get ${describe(key)} from graph: it is no key`, {
        hint: "Give one key of the graph, or a list of them",
      });
    }
    if (!Object.hasOwn(this.#graph, key)) throw unknownKey(key, this.#graph);
    if (!this.#meanings.has(key)) this.#read(key);
    return this.#meanings.get(key);
  }

  /** Reads an entry after all that it needs. Depth costs no stack. */
  #read(key: string): void {
    const trail: OpenEntry[] = [];
    const open = new Set<string>();
    const enter = (entry: string): void => {
      open.add(entry);
      trail.push({ key: entry, needs: this.#needsOf(entry), next: 0 });
    };
    enter(key);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const need = top.needs[top.next++];
      if (need === undefined) {
        this.#meanings.set(top.key, this.#meaningOf(this.#graph[top.key], top.key, 0));
        open.delete(top.key);
        trail.pop();
      } else if (open.has(need)) {
        const keys = trail.map((entry) => entry.key);
        throw circle([...keys.slice(keys.indexOf(need)), need]);
      } else if (!this.#meanings.has(need)) enter(need);
    }
  }

  /** The entries that an entry refers to, wherever in it. */
  #needsOf(key: string): readonly string[] {
    const needs: string[] = [];
    const seen = new Set<object>();
    const visit = (value: unknown, depth: number): void => {
      if (this.#isReference(value)) return void needs.push(value);
      if (!isData(value) || depth > DEPTH_MAX || seen.size === seen.add(value).size) return;
      for (const part of Array.isArray(value) ? value : Object.values(value)) visit(part, depth + 1);
    };
    visit(this.#graph[key], 0);
    return needs;
  }

  #isReference(value: unknown): value is string {
    return typeof value === "string" && Object.hasOwn(this.#graph, value);
  }

  /** A value with results in place of references and calls. */
  #meaningOf(value: unknown, key: string, depth: number): unknown {
    if (this.#isReference(value)) return this.#referredTo(value);
    if (!isData(value) || depth > DEPTH_MAX) return value;
    if (this.#copies.has(value)) return this.#copies.get(value);
    const meaning = (part: unknown): unknown => this.#meaningOf(part, key, depth + 1);
    if (!Array.isArray(value)) return this.#recordOf(value, meaning);
    const [fn, ...args]: readonly unknown[] = value;
    if (isFunction(fn)) return this.#callOf(value, fn, args, key, meaning);
    const list: unknown[] = [];
    this.#copies.set(value, list);
    for (const part of value) list.push(meaning(part));
    return list;
  }

  #recordOf(record: object, meaning: (part: unknown) => unknown): object {
    const copy = {};
    this.#copies.set(record, copy);
    for (const [name, part] of Object.entries(record)) setOwn(copy, name, meaning(part));
    return copy;
  }

  #callOf(
    call: object,
    fn: AnyFunction,
    args: readonly unknown[],
    key: string,
    meaning: (part: unknown) => unknown,
  ): CallNode {
    this.#copies.set(call, UNFINISHED);
    const node = new CallNode(fn, args.map(meaning));
    if (node.args.includes(UNFINISHED)) {
      throw troupeError("input/invalid", `Cannot get from graph: a call in its entry ${describe(key)} holds itself`);
    }
    this.#copies.set(call, node);
    return node;
  }

  /** What an entry means to one that refers to it. */
  #referredTo(key: string): unknown {
    const meaning = this.#meanings.get(key);
    if (!isData(meaning)) return meaning;
    const node = this.#dataNodes.get(key) ?? new CallNode(data, [meaning]);
    this.#dataNodes.set(key, node);
    return node;
  }
}

/** Stands for a call while its arguments are read. */
const UNFINISHED: unique symbol = Symbol("unfinished");

/** What an entry of data becomes: a task that gives it. */
function data(value: unknown): unknown {
  return value;
}

/** Whether a value is looked into: an array or a plain object. */
function isData(value: unknown): value is readonly unknown[] | Graph {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || (!Future.is(value) && isPlainObject(value));
}

function unknownKey(key: string, graph: Graph): Error {
  const keys = Object.keys(graph);
  const named = keys.slice(0, NAMED_KEYS_MAX).map((one) => describe(one)).join(", ");
  const hint = keys.length > NAMED_KEYS_MAX ? `Its keys are ${named}, ...` : `Its keys are ${named || "none"}`;
  return troupeError("input/invalid", `Cannot get ${describe(key)}: the graph has no such key`, { hint });
}

function circle(keys: readonly string[]): Error {
  const named = keys.map((key) => describe(key));
  const path = keys.length > NAMED_KEYS_MAX ? [...named.slice(0, 4), "...", ...named.slice(-3)] : named;
  const message = `Cannot get from graph: its entries need each other in a circle: ${path.join(" -> ")}`;
  return troupeError("input/invalid", message, { details: { keys } });
}
