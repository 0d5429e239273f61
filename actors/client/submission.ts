/** Submitting: function and arguments become a key, a message and a future, all at once. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { CapturedFunction } from "../code/captured_function.ts";
import type { PackedArg } from "../protocol/packed.ts";
import type { SubmitOptions, TaskKey } from "../protocol/task.ts";
import { AbortGroup } from "./abort_group.ts";
import { ArgumentPacker, type EncodedArgument, type PackedArguments, ResultLink } from "./arguments.ts";
import { argumentsWith, type CallNode, inputsFirst } from "./call_node.ts";
import { ConstantArguments } from "./constant_arguments.ts";
import { refuseAtImport, runningTask } from "./defaults.ts";
import { Future } from "./future.ts";
import { isSyncIterable } from "./item_source.ts";
import { FutureState } from "./future_state.ts";
import { GraphMessage, GraphPlan, type PlannedTask } from "./graph_plan.ts";
import type { Session } from "./session.ts";
import { type SubmitSite, SubmitSites } from "./submit_sites.ts";
import { CallHasher } from "./task_key.ts";
import { submitOptionsOf, type TaskOptions } from "./task_options.ts";

/** Characters of a random name, 5 bits each: 80 bits. */
const RANDOM_CHARACTERS = 16;

/** The frames above it are those of the program. */
type Entry = (...args: never[]) => unknown;

/** What all submissions of one session share; used for one after the other. */
export class SubmitTools {
  /** Whose submissions they are. */
  readonly session: Session;
  /** Packs arguments. */
  readonly packer: ArgumentPacker;
  /** Hashes calls. */
  readonly hasher: CallHasher = new CallHasher();
  /** Remembers callers. */
  readonly sites: SubmitSites;
  /** Begins all names that this session makes up. */
  readonly #stem: string;
  #nameCount = 0;

  /** Tools of a session. */
  constructor(session: Session) {
    this.session = session;
    this.sites = new SubmitSites(session.world.clock);
    this.#stem = session.world.random.text(RANDOM_CHARACTERS);
    this.packer = new ArgumentPacker(session, session.world.limits.besideBytesMin);
  }

  /** A text that no other has: chance is drawn once per session, for it costs more than the rest of a submit. */
  uniqueText(): string {
    return `${this.#stem}${(this.#nameCount++).toString(36)}`;
  }
}

/** Submits under the options of one view. */
export class Submitter {
  readonly #tools: SubmitTools;
  readonly #key: string | readonly string[] | undefined;
  readonly #isPure: boolean;
  readonly #options: SubmitOptions | undefined;
  readonly #group: AbortGroup | undefined;

  /**
   * A submitter for these options, which were checked.
   *
   * @param isAside What it submits goes at once to a worker that fits, and takes no slot.
   */
  constructor(tools: SubmitTools, options: TaskOptions, isAside = false) {
    this.#tools = tools;
    this.#key = options.key;
    this.#isPure = options.pure ?? true;
    this.#options = submitOptionsOf(options, isAside);
    this.#group = options.signal === undefined ? undefined : new AbortGroup(options.signal);
  }

  /** One task. `entry` is the public function that was called. */
  submit<R>(fn: unknown, args: readonly unknown[], entry: Entry): Future<R> {
    const { session, packer } = this.#tools;
    session.assertOpen("submit task");
    refuseAtImport("submit task");
    const captured = packer.capture(fn, "submit task");
    const packed = packer.pack(args, captured);
    const key = this.#keyOf(captured, packed);
    const known = this.#known(key, captured, packed);
    if (known !== undefined) return Future.of(known);
    return Future.of(this.#say(key, captured, packed, this.#tools.sites.capture(captured.hash, entry)));
  }

  /** One task per list of arguments, in one message. */
  map<R>(fn: unknown, calls: readonly (readonly unknown[])[], entry: Entry): Future<R>[] {
    const { session, packer, hasher } = this.#tools;
    session.assertOpen("map task");
    refuseAtImport("map task");
    const captured = packer.capture(fn, "map task");
    const keyAt = this.#keysOf(captured, calls.length);
    // Everything is packed before anything is said: a refused item leaves no half of a map behind.
    const encoded = new Map<unknown, EncodedArgument>();
    const packed = calls.map((args) => packer.pack(args, captured, encoded));
    const constants = new ConstantArguments(hasher, session.world.limits.constantBytesMin);
    constants.find(packed, captured, encoded.values());
    const states = new Array<FutureState>(calls.length);
    const fresh = new MapMessage();
    const site = this.#tools.sites.capture(captured.hash, entry);
    for (let i = 0; i < packed.length; i++) { // hot: entries() makes two objects for each
      const call = packed[i]!;
      const key = keyAt(call, i);
      let state = this.#known(key, captured, call);
      if (state === undefined) {
        state = this.#newState(key, captured, call);
        state.site = site;
        fresh.add(key, constants.isEmpty ? call : constants.link(call));
      }
      states[i] = state;
    }
    if (constants.isEmpty || fresh.keys.length === 0) this.#sayMap(captured, fresh);
    else this.#sayGraph([...constants.tasks, ...fresh.tasks(captured)]);
    return states.map((state) => Future.of(state));
  }

  /** Submits calls of one function one by one, as they come. */
  stream<R>(
    fn: unknown,
    entry: Entry,
  ): { readonly name: string; submit(args: readonly unknown[], index: number): Future<R> } {
    const { session, packer, sites } = this.#tools;
    session.assertOpen("map task");
    const captured = packer.capture(fn, "map task");
    const { name, hash } = captured;
    const keyAt = this.#keysOf(captured, undefined);
    const site = sites.capture(hash, entry);
    const submit = (args: readonly unknown[], index: number) => {
      session.assertOpen("map task");
      const packed = packer.pack(args, captured);
      const key = keyAt(packed, index);
      const known = this.#known(key, captured, packed);
      if (known !== undefined) return Future.of<R>(known);
      return Future.of<R>(this.#say(key, captured, packed, site));
    };
    return { name, submit };
  }

  /** Says one task; the state that claims it. */
  #say(key: TaskKey, captured: CapturedFunction, packed: PackedArguments, site: SubmitSite): FutureState {
    const { session } = this.#tools;
    session.define(captured);
    const state = this.#newState(key, captured, packed);
    state.site = site;
    const parent = runningTask()?.runId;
    const { args, deps, kept } = packed;
    session.say({ type: "submit", key, fn: captured.hash, args, deps, options: this.#options, parent });
    session.keep(key, kept);
    return state;
  }

  /** These calls and all that they need, in one message; a future for each of these. */
  graph<R>(outputs: readonly CallNode[], entry: Entry): Future<R>[] {
    const { session, sites } = this.#tools;
    session.assertOpen("submit tasks");
    const plan = new GraphPlan();
    const tasks = this.#planGraph(plan, outputs);
    const known = tasks.map(({ key, captured, packed }) => this.#known(key, captured, packed));
    // A plan for a signal that is aborted already goes no further.
    if (this.#group?.isAborted !== true) {
      const keys = tasks.map(({ key }) => key);
      const fresh = plan.fresh(keys, (key) => session.futures.get(key)?.isOver === false);
      const states = new Map<TaskKey, FutureState>();
      for (const [i, { key, captured, packed }] of tasks.entries()) {
        if (known[i] !== undefined) continue;
        const state = states.get(key) ?? this.#newState(key, captured, packed);
        state.site = sites.capture(captured.hash, entry);
        states.set(key, state);
        known[i] = state;
      }
      this.#sayGraph(fresh);
    }
    return known.map((state) => Future.of(state!)); // those that were undefined are set above
  }

  /** Plans all calls that these need; the tasks of these. */
  #planGraph(plan: GraphPlan, outputs: readonly CallNode[]): PlannedTask[] {
    const { packer } = this.#tools;
    const links = new Map<CallNode, ResultLink>();
    const ownKeys = this.#graphKeysOf(outputs);
    for (const node of inputsFirst(outputs)) {
      const captured = packer.capture(node.fn, "submit task");
      const packed = packer.pack(argumentsWith(node, (input) => links.get(input)), captured);
      const key = ownKeys(node, captured, packed);
      const same = plan.get(key);
      const isOther = this.#key !== undefined && same !== undefined &&
        this.#fingerprint(same.captured, same.packed) !== this.#fingerprint(captured, packed);
      if (isOther) throw keyConflict(key, captured.name);
      plan.add({ key, captured, packed });
      links.set(node, new ResultLink(key));
    }
    return outputs.map((output) => plan.get(links.get(output)!.key)!); // all were planned above
  }

  /** What is asked for is claimed, all else is held by what needs it. */
  #sayGraph(tasks: readonly PlannedTask[]): void {
    if (tasks.length === 0) return;
    const { session } = this.#tools;
    for (const { captured } of tasks) session.define(captured);
    const { fns, keys, args, deps } = new GraphMessage(tasks);
    const parent = runningTask()?.runId;
    session.say({ type: "submit-graph", fns, keys, args, deps, options: this.#options, parent });
    for (const { key, packed } of tasks) session.keep(key, packed.kept);
    const inner = keys.filter((key) => session.futures.get(key) === undefined);
    if (inner.length > 0) session.say({ type: "release", keys: inner });
  }

  #sayMap(captured: CapturedFunction, { keys, args, deps, kept }: MapMessage): void {
    if (keys.length === 0) return;
    const { session } = this.#tools;
    session.define(captured);
    const parent = runningTask()?.runId;
    session.say({ type: "submit-map", fn: captured.hash, keys, args, deps, options: this.#options, parent });
    for (let i = 0; i < keys.length; i++) session.keep(keys[i]!, kept[i]!);
  }

  /** The state that a call shares: the same task is claimed already, or nothing may be submitted any more. */
  #known(key: TaskKey, captured: CapturedFunction, packed: PackedArguments): FutureState | undefined {
    if (this.#group?.isAborted === true) return this.#aborted(key, this.#group.reason);
    const state = this.#tools.session.futures.get(key);
    // What is lost, or found no worker, may be computed anew, under these options.
    if (state === undefined || state.isOver) return undefined;
    const isOther = this.#key !== undefined && state.fingerprint !== undefined &&
      state.fingerprint !== this.#fingerprint(captured, packed);
    if (isOther) throw keyConflict(key, captured.name);
    this.#group?.add(state);
    return state;
  }

  /** Cancelled before it was submitted: nobody else hears of it. */
  #aborted(key: TaskKey, reason: string): FutureState {
    const state = new FutureState(key, this.#tools.session);
    state.status = "cancelled";
    state.reason = reason;
    return state;
  }

  #newState(key: TaskKey, captured: CapturedFunction, packed: PackedArguments): FutureState {
    const { session } = this.#tools;
    const state = session.futures.add(key, session);
    if (this.#key !== undefined) state.fingerprint = this.#fingerprint(captured, packed);
    this.#group?.add(state);
    return state;
  }

  #fingerprint(captured: CapturedFunction, packed: PackedArguments): string {
    return this.#tools.hasher.hash(captured.hash, packed.args, packed.deps);
  }

  #keyOf(captured: CapturedFunction, packed: PackedArguments): TaskKey {
    const key = this.#key;
    if (key === undefined) {
      const rest = this.#isPure ? this.#fingerprint(captured, packed) : this.#tools.uniqueText();
      return `${captured.name}-${rest}`;
    }
    if (typeof key === "string") return key;
    throw troupeError("input/invalid", `Cannot submit task ${describe(captured.name)}: its key is ${describe(key)}`, {
      hint: "Give one text; a list of keys is for `map`",
    });
  }

  /** Keys of a graph's tasks: a key of the view names what is asked for, not what that needs. */
  #graphKeysOf(
    outputs: readonly CallNode[],
  ): (node: CallNode, captured: CapturedFunction, packed: PackedArguments) => TaskKey {
    const key = this.#key;
    const indexes = new Map(outputs.map((output, index) => [output, index]));
    if (key !== undefined && typeof key !== "string" && key.length !== outputs.length) {
      const message = `Cannot submit tasks: there are ${key.length} keys for ${outputs.length} results`;
      throw troupeError("input/invalid", message, {
        hint: "Give one key per result, or a text to begin all keys with",
      });
    }
    return (node, captured, packed) => {
      const index = indexes.get(node);
      if (key !== undefined && index !== undefined) {
        if (typeof key !== "string") return key[index] ?? "";
        if (indexes.size === 1) return key;
      }
      const prefix = index === undefined || typeof key !== "string" ? captured.name : key;
      return `${prefix}-${this.#isPure ? this.#fingerprint(captured, packed) : this.#tools.uniqueText()}`;
    };
  }

  /** `count` is undefined while it is not known how many items there will be. */
  #keysOf(captured: CapturedFunction, count: number | undefined): (packed: PackedArguments, index: number) => TaskKey {
    const key = this.#key;
    if (key !== undefined && typeof key !== "string") {
      if (count !== undefined && key.length !== count) throw wrongKeyCount(captured.name, key.length, `${count}`);
      return (_packed, index) => {
        if (index < key.length) return key[index] ?? "";
        throw wrongKeyCount(captured.name, key.length, "more");
      };
    }
    const prefix = key ?? captured.name;
    if (this.#isPure) return (packed) => `${prefix}-${this.#fingerprint(captured, packed)}`;
    const stem = `${prefix}-${this.#tools.uniqueText()}-`;
    return (_packed, index) => stem + index;
  }
}

/** The lists of a `submit-map` message. */
class MapMessage {
  readonly keys: TaskKey[] = [];
  readonly args: (readonly PackedArg[])[] = [];
  readonly deps: (readonly TaskKey[])[] = [];
  readonly kept: (readonly TaskKey[])[] = [];

  add(key: TaskKey, packed: PackedArguments): void {
    this.keys.push(key);
    this.args.push(packed.args);
    this.deps.push(packed.deps);
    this.kept.push(packed.kept);
  }

  /** The same as tasks of a graph. */
  tasks(captured: CapturedFunction): PlannedTask[] {
    return this.keys.map((key, i) => {
      const packed = { args: this.args[i]!, deps: this.deps[i]!, kept: this.kept[i]! }; // of the same length
      return { key, captured, packed };
    });
  }
}

/** The argument lists of a `map`: its sources, zipped to the shortest. */
export function zipSources(name: string, sources: readonly unknown[]): unknown[][] {
  const iterables = sources.map((source, index) => {
    if (isSyncIterable(source)) return source;
    const message = `Cannot map ${name}: source ${index + 1} is ${describe(source)}`;
    throw troupeError("input/invalid", message, { hint: "Give iterables, such as arrays: one per parameter" });
  });
  const [only] = iterables;
  if (only === undefined) {
    throw troupeError("input/invalid", `Cannot map ${name}: there is no source`, {
      hint: "Give one iterable per parameter; for a function without any, call submit in a loop",
    });
  }
  return iterables.length === 1 ? Array.from(only, (item) => [item]) : zip(iterables);
}

function zip(iterables: readonly Iterable<unknown>[]): unknown[][] {
  const rows: unknown[][] = [];
  const iterators = iterables.map((iterable) => iterable[Symbol.iterator]());
  for (;;) {
    const row: unknown[] = [];
    for (const iterator of iterators) {
      const next = iterator.next();
      if (next.done === true) {
        for (const other of iterators) if (other !== iterator) other.return?.();
        return rows;
      }
      row.push(next.value);
    }
    rows.push(row);
  }
}

function wrongKeyCount(name: string, keyCount: number, itemCount: string): Error {
  const message = `Cannot map task ${describe(name)}: there are ${keyCount} keys for ${itemCount} items`;
  return troupeError("input/invalid", message, { hint: "Give one key per item, or a text to begin all keys with" });
}

function keyConflict(key: TaskKey, name: string): Error {
  return troupeError(
    "task/key-conflict",
    `Cannot submit task ${describe(name)}: key ${describe(key)} is another task's`,
    {
      hint: "Choose another key, or release the futures of the other task first",
      details: { key },
    },
  );
}
