/** Values put into the cluster. @module */
import { describe, troupeError } from "../base/errors.ts";
import { packedBytes } from "../protocol/packed.ts";
import type { TaskKey, WorkerId } from "../protocol/task.ts";
import type { StoredItem } from "../protocol/worker_peer.ts";
import { packValue } from "../wire/value_codec.ts";
import { Future } from "./future.ts";
import { isPlainObject, setOwn } from "./nested_futures.ts";
import { settled } from "./result_reader.ts";
import type { Session } from "./session.ts";
import { valueTypeName } from "./value_type.ts";
import { checkWaitOptions, waitFor, type WaitOptions, type WaitScope } from "./waiting.ts";

/** Options of `scatter`. */
export interface ScatterOptions extends WaitOptions {
  /** A copy on every worker, or on this many. Default: false. */
  broadcast?: boolean | number;
  /** Addresses, names or hosts that may hold it. */
  workers?: string | readonly string[];
}

const ACTION = "scatter";
const RANDOM_CHARACTERS = 16;
/** More than there are workers: the scheduler gives each of them a copy. */
const EVERY_WORKER = 2 ** 32 - 1;

/** Futures of values: array for array, plain object for plain object, else one. Resolves when the values are there. */
export async function scatterValues(session: Session, data: unknown, options: ScatterOptions = {}): Promise<unknown> {
  checkWaitOptions(options, ACTION);
  const copies = copiesOf(options.broadcast);
  const workers = workersOf(options.workers);
  session.assertOpen(ACTION);
  // A subclass with a codec is a value of its own.
  if (Array.isArray(data) && !session.codecs.owns(data.constructor)) {
    const roots = data.map((_, index) => `data[${index}]`);
    return await put(session, data, roots, { copies, workers, wait: options });
  }
  if (typeof data === "object" && data !== null && !Future.is(data) && isPlainObject(data)) {
    const names = Object.keys(data);
    const roots = names.map((name) => `data[${JSON.stringify(name)}]`);
    const futures = await put(session, Object.values(data), roots, { copies, workers, wait: options });
    const result = {};
    for (const [i, name] of names.entries()) setOwn(result, name, futures[i]);
    return result;
  }
  return (await put(session, [data], ["data"], { copies, workers, wait: options }))[0];
}

/** Puts values into the cluster one by one, without counting as a wait; checks the options. */
export function scatterer(
  session: Session,
  options: ScatterOptions,
): (value: unknown, root: string) => Promise<Future<unknown>> {
  const placing = { copies: copiesOf(options.broadcast), workers: workersOf(options.workers) };
  session.assertOpen(ACTION);
  const toTheEnd: WaitScope = { onEnd: () => undefined };
  return async (value, root) => {
    const items = [packItem(session, value, root)];
    const [future] = await claimed(session, items, () => place(session, items, placing, toTheEnd));
    return future!;
  };
}

/** A value on its way, and the results that it names. */
interface PackedItem {
  readonly item: StoredItem;
  readonly kept: readonly TaskKey[];
}

interface Placing {
  readonly copies: number;
  readonly workers: readonly string[] | undefined;
}

async function put(
  session: Session,
  values: readonly unknown[],
  roots: readonly string[],
  placing: Placing & { readonly wait: WaitOptions },
): Promise<Future<unknown>[]> {
  const items = values.map((value, index) => packItem(session, value, roots[index] ?? "data"));
  if (items.length === 0) return [];
  const { wait } = placing;
  return await claimed(
    session,
    items,
    () => waitFor(session, wait, ACTION, (scope) => place(session, items, placing, scope)),
  );
}

/** The items' futures, once they are placed; their claims are given up when that fails. */
async function claimed(
  session: Session,
  items: readonly PackedItem[],
  place: () => Promise<void>,
): Promise<Future<unknown>[]> {
  const futures = items.map(({ item }) => Future.of<unknown>(session.futures.add(item.key, session)));
  try {
    await place();
    return futures;
  } catch (error) {
    for (const future of futures) future.release();
    throw error;
  }
}

/** Asks where to, puts the values there, and waits until the scheduler has heard of them. */
async function place(
  session: Session,
  packed: readonly PackedItem[],
  placing: Placing,
  scope: WaitScope,
): Promise<void> {
  const { copies, workers } = placing;
  const items = packed.map(({ item }) => item);
  const keys = items.map((item) => item.key);
  const bytes = items.map((item) => item.bytes);
  const asked = session.ask((ackId) => ({ type: "scatter", ackId, keys, bytes, copies, workers }));
  for (const { item, kept } of packed) session.keep(item.key, kept);
  const answer = await asked;
  const places = answer.type === "placed" ? answer.workers : [];
  const batches = new Map<WorkerId, StoredItem[]>();
  for (const [i, item] of items.entries()) {
    const targets = places[i] ?? [];
    if (targets.length === 0) throw noWorker(workers);
    for (const target of targets) {
      const batch = batches.get(target);
      if (batch === undefined) batches.set(target, [item]);
      else batch.push(item);
    }
  }
  await Promise.all([...batches].map(([worker, batch]) => session.world.put(worker, batch)));
  for (const key of keys) {
    const state = session.futures.get(key);
    if (state === undefined) continue;
    await settled(state, scope);
    if (state.status !== "finished") throw session.reader.failureOf(state);
  }
}

function packItem(session: Session, value: unknown, root: string): PackedItem {
  const kept: TaskKey[] = [];
  const packed = packValue(value, {
    besideBytesMin: session.world.limits.besideBytesMin,
    root,
    special: { write: (special) => session.write(special, "scatter", (key) => kept.push(key)) },
    refuse: (path, what, hint) =>
      troupeError("task/not-serializable", `Cannot scatter: ${path} ${what}`, { hint, details: { path } }),
  });
  const valueType = valueTypeName(value);
  const key = `${valueType}-${session.world.random.text(RANDOM_CHARACTERS)}`;
  return { item: { key, value: packed, bytes: packedBytes(packed), valueType }, kept };
}

function copiesOf(broadcast: unknown): number {
  if (broadcast === undefined || broadcast === false) return 1;
  if (broadcast === true) return EVERY_WORKER;
  if (typeof broadcast === "number" && Number.isSafeInteger(broadcast) && broadcast > 0) return broadcast;
  throw troupeError("input/invalid", `Cannot scatter: option "broadcast" is ${describe(broadcast)}`, {
    hint: "Give true for a copy on every worker, or the number of copies",
  });
}

function workersOf(workers: unknown): readonly string[] | undefined {
  if (workers === undefined) return undefined;
  if (typeof workers === "string" && workers !== "") return [workers];
  if (Array.isArray(workers) && workers.every((one) => typeof one === "string" && one !== "")) return workers;
  throw troupeError("input/invalid", `Cannot scatter: option "workers" is ${describe(workers)}`, {
    hint: "Give addresses, names or hosts of workers",
  });
}

function noWorker(workers: readonly string[] | undefined): Error {
  const which = workers === undefined ? "there is no worker" : `no worker is one of ${describe(workers)}`;
  return troupeError("task/no-worker", `Cannot scatter: ${which}`, {
    hint: "Start workers, or wait with waitForWorkers",
  });
}
