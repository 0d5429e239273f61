/** Arguments of tasks on their way: futures among them become dependencies, the rest is encoded once. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { AnyFunction, CapturedFunction } from "../code/captured_function.ts";
import type { Packed, PackedArg } from "../protocol/packed.ts";
import type { TaskKey } from "../protocol/task.ts";
import { packValue } from "../wire/value_codec.ts";
import type { Capturer } from "../code/capture.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import type { CodecValues } from "./codec_values.ts";
import { claimBehind } from "./claim_behind.ts";
import { Future } from "./future.ts";
import { type FutureNote, type FutureUser, stateFor } from "./future_codec.ts";
import { holds, replaceParts } from "./nested_futures.ts";
import { INPUT_TAG } from "./unpack_arguments.ts";

/** The arguments of one call, as they travel. */
export interface PackedArguments {
  /** One per argument. */
  readonly args: readonly PackedArg[];
  /** The keys of the futures among them, each once, in the order of their first appearance. */
  readonly deps: readonly TaskKey[];
  /** The keys of the futures that arrive as futures, inside a `Map` for example. */
  readonly kept: readonly TaskKey[];
}

/** The function of a task. */
export interface TaskFunction extends CapturedFunction {
  /** Keys of the futures among the values of its variables; undefined when there are none. */
  readonly futures?: readonly TaskKey[];
  /** Keys of the actors among them; undefined when there are none. */
  readonly actors?: readonly TaskKey[];
}

/** An argument that was encoded for one call, and serves for others that are given the same object. */
export interface EncodedArgument {
  /** What travels. */
  readonly packed: Packed;
  /** The keys of the futures in it that arrive as futures. */
  readonly kept: readonly TaskKey[];
  /** How many calls have it. */
  uses: number;
  /** Keys of the futures that functions in it captured. */
  readonly captured: readonly TaskKey[];
}

const NO_KEYS: readonly TaskKey[] = [];
const LONG_TEXT_MIN = 10_000;
/** Up to here a search through the list is quicker than a table. */
const SEARCHED_DEPS_MAX = 8;

/** Stands inside data for the future that was there. */
class Input {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** Stands in arguments for the result of a task that is submitted in the same breath, as a future does for others. */
export class ResultLink {
  /** Names the result. */
  readonly key: TaskKey;

  /** A link to this result. */
  constructor(key: TaskKey) {
    this.key = key;
  }
}

/** Where calls leave: a session, as far as packing needs one. */
export interface PackingPlace extends FutureUser {
  /** Takes functions. */
  readonly world: { readonly capturer: Capturer };
  /** Codecs of classes. */
  readonly codecs: CodecValues;
  /** Hook of the value codec: special values leave. */
  write(value: object | symbol, action: string, note?: FutureNote): SpecialValue | undefined;
}

/** Packs the arguments of one session's calls. */
export class ArgumentPacker {
  readonly #owner: PackingPlace;
  readonly #besideBytesMin: number;
  /** The keys of futures among the variables of the function that was captured last, or of those that an argument holds. */
  #capturedKeys: TaskKey[] = [];
  /** The keys of actors among them: those are kept, and nobody waits for them. */
  #capturedActors: TaskKey[] = [];
  /** Writes what the variables of a function hold. */
  readonly #ofEnvironment = {
    write: (value: object | symbol): SpecialValue | undefined => {
      if (Future.is(value)) this.#capturedKeys.push(stateFor(value, this.#owner, "submit task").key);
      else if (claimBehind(value) !== undefined) this.#capturedActors.push(claimBehind(value)!.key);
      return this.#owner.write(value, "submit task");
    },
    owns: (fn: AnyFunction): boolean => this.#owner.codecs.owns(fn),
  };
  /** What the call in hand names without depending on it. */
  #kept: TaskKey[] | undefined = undefined;
  /** Functions among arguments wait for what they captured, as the function of the task does. */
  readonly #note: FutureNote = (key, isCaptured) => {
    if (isCaptured) this.#capturedKeys.push(key);
    else (this.#kept ??= []).push(key);
  };

  /** A packer for calls from this place. */
  constructor(owner: PackingPlace, besideBytesMin: number) {
    this.#owner = owner;
    this.#besideBytesMin = besideBytesMin;
  }

  /**
   * Captures the function that is to be called.
   *
   * @param action What failed if it cannot: `"submit task"`.
   */
  capture(fn: unknown, action: string): TaskFunction {
    return this.#captured(() => this.#owner.world.capturer.capture(fn, action, this.#ofEnvironment));
  }

  /** The same for a class. */
  captureClass(type: AnyFunction, action: string): TaskFunction {
    return this.#captured(() => this.#owner.world.capturer.captureValue(type, action, this.#ofEnvironment));
  }

  #captured(capture: () => CapturedFunction): TaskFunction {
    if (this.#capturedKeys.length > 0) this.#capturedKeys = [];
    if (this.#capturedActors.length > 0) this.#capturedActors = [];
    const captured = capture();
    const [futures, actors] = [this.#capturedKeys, this.#capturedActors];
    if (futures.length === 0 && actors.length === 0) return captured;
    return { ...captured, ...(futures.length > 0 && { futures }), ...(actors.length > 0 && { actors }) };
  }

  /**
   * Packs the arguments of one call. Throws `task/not-serializable`, `future/released` or `future/foreign`.
   *
   * @param args The arguments.
   * @param captured The function: the values of its variables go first, and futures among them are dependencies.
   * @param encoded What was encoded for other calls of one breath: the same object is encoded once.
   */
  pack(
    args: readonly unknown[],
    { name, environment, futures, actors }: Pick<TaskFunction, "name" | "environment" | "futures" | "actors">,
    encoded?: Map<unknown, EncodedArgument>,
  ): PackedArguments {
    if (environment === undefined) return this.#pack(args, name, undefined, encoded);
    const deps = futures === undefined ? undefined : new DependencyList(futures);
    const packed = this.#pack(args, name, deps, encoded);
    const kept = actors === undefined ? packed.kept : [...packed.kept, ...actors];
    return { ...packed, args: [environment, ...packed.args], kept };
  }

  #pack(
    args: readonly unknown[],
    name: string,
    deps: DependencyList | undefined,
    encoded: Map<unknown, EncodedArgument> | undefined,
  ): PackedArguments {
    this.#kept = undefined;
    if (this.#capturedKeys.length > 0) this.#capturedKeys = [];
    const packed = new Array<PackedArg>(args.length);
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      if (typeof arg === "object" && arg !== null && holds(arg, isLink)) {
        deps ??= new DependencyList();
        packed[i] = this.#packLinked(arg, i, name, deps);
      } else if (isBare(arg) && !(encoded !== undefined && isLongText(arg))) packed[i] = arg;
      else packed[i] = encoded === undefined ? this.#encode(arg, i, name) : this.#encodeOnce(arg, i, name, encoded);
    }
    if (this.#capturedKeys.length > 0) {
      deps ??= new DependencyList();
      for (const key of this.#capturedKeys) deps.indexOf(key);
    }
    const kept = this.#kept ?? NO_KEYS;
    this.#kept = undefined;
    return { args: packed, deps: deps === undefined ? NO_KEYS : deps.keys, kept };
  }

  #packLinked(arg: object, index: number, name: string, deps: DependencyList): PackedArg {
    const action = `submit task ${describe(name)}`;
    const indexOf = (link: Future<unknown> | ResultLink): number =>
      deps.indexOf(link instanceof ResultLink ? link.key : stateFor(link, this.#owner, action).key);
    if (isLink(arg)) return [indexOf(arg)];
    const linked = replaceParts(arg, isLink, (link) => new Input(indexOf(link)));
    return this.#encode(linked, index, name);
  }

  #encodeOnce(arg: unknown, index: number, name: string, encoded: Map<unknown, EncodedArgument>): Packed {
    let one = encoded.get(arg);
    if (one === undefined) {
      const [kept, captured] = [this.#kept, this.#capturedKeys];
      this.#kept = undefined;
      this.#capturedKeys = [];
      const packed = isBare(arg) ? arg : this.#encode(arg, index, name);
      one = { packed, kept: this.#kept ?? NO_KEYS, captured: this.#capturedKeys, uses: 0 };
      this.#kept = kept;
      this.#capturedKeys = captured;
      encoded.set(arg, one);
    }
    one.uses++;
    if (one.kept.length > 0) (this.#kept ??= []).push(...one.kept);
    if (one.captured.length > 0) this.#capturedKeys.push(...one.captured);
    return one.packed;
  }

  #encode(arg: unknown, index: number, name: string): Packed {
    return packValue(arg, {
      besideBytesMin: this.#besideBytesMin,
      root: `args[${index}]`,
      special: {
        write: (value) => {
          if (value instanceof Input) return { tag: INPUT_TAG, payload: value.index };
          return this.#owner.write(value, `submit task ${describe(name)}`, this.#note);
        },
      },
      refuse: (path, what, hint) => refusal(name, path, what, hint),
    });
  }
}

/** Whether something becomes a dependency. */
function isLink(value: unknown): value is Future<unknown> | ResultLink {
  return Future.is(value) || value instanceof ResultLink;
}

class DependencyList {
  readonly keys: TaskKey[];
  /** Index by key, once there are many. */
  #table: Map<TaskKey, number> | undefined = undefined;

  constructor(keys: readonly TaskKey[] = []) {
    this.keys = [...new Set(keys)];
  }

  indexOf(key: TaskKey): number {
    const known = this.#table === undefined ? this.keys.indexOf(key) : this.#table.get(key) ?? -1;
    if (known >= 0) return known;
    const index = this.keys.push(key) - 1;
    if (this.#table !== undefined) this.#table.set(key, index);
    else if (index >= SEARCHED_DEPS_MAX) this.#table = new Map(this.keys.map((one, i) => [one, i]));
    return index;
  }
}

/** Whether a value is worth looking for in other calls, though it needs no encoding. */
function isLongText(value: unknown): boolean {
  return typeof value === "string" && value.length >= LONG_TEXT_MIN;
}

/** Whether a value travels as itself. */
function isBare(value: unknown): value is Exclude<Packed, object> {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
    case "bigint":
      return true;
    case "number":
      return value !== 0 || !Object.is(value, -0);
    default:
      return value === null;
  }
}

function refusal(name: string, path: string, what: string, hint: string): Error {
  const message = `Cannot submit task ${describe(name)}: ${path} ${what}`;
  return troupeError("task/not-serializable", message, { hint, details: { path } });
}
