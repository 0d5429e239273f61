/** A client's world that a test scripts: it hears what the client says, and says what the scheduler would. @module */
import { DEFAULT_LIMITS, type Limits } from "../../actors/base/limits.ts";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import { Client } from "../../actors/client/client.ts";
import type { ClientWorld } from "../../actors/client/client_world.ts";
import type { ClientView } from "../../actors/client/client_view.ts";
import type { Future } from "../../actors/client/future.ts";
import { RemoteCluster } from "../../actors/client/cluster_handle.ts";
import { Session } from "../../actors/client/session.ts";
import { Capturer } from "../../actors/code/capture.ts";
import { Reviver } from "../../actors/code/revive.ts";
import type { ClientToScheduler, SchedulerToClient } from "../../actors/protocol/client_scheduler.ts";
import type { StoredItem } from "../../actors/protocol/worker_peer.ts";
import { packValue } from "../../actors/wire/value_codec.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A message of one type. */
export type Said<T extends ClientToScheduler["type"]> = Extract<ClientToScheduler, { readonly type: T }>;

export class FakeWorld implements ClientWorld {
  readonly clock: FakeClock = new FakeClock();
  readonly random: Random = seededRandom(1);
  readonly limits: Limits = DEFAULT_LIMITS;
  readonly clientId = "client-1";
  readonly capturer: Capturer = new Capturer({});
  readonly reviver: Reviver = new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
  readonly actorRefs: { read(payload: unknown): object } = { read: (payload) => ({ payload }) };
  /** What the client has said, batch by batch. */
  readonly batches: (readonly ClientToScheduler[])[] = [];
  /** What was printed. */
  readonly printed: string[] = [];
  /** Stores of workers: values by key. */
  readonly stores: Map<string, Map<string, StoredItem>> = new Map();
  /** Requests to stores, as `worker: key, key`. */
  readonly fetches: string[] = [];
  /** Whether somebody waits. */
  keptAlive: boolean[] = [];
  disconnectCount = 0;

  tellScheduler(messages: readonly ClientToScheduler[]): void {
    this.batches.push(messages);
  }

  async fetch(
    worker: string,
    keys: readonly string[],
  ): Promise<{ found: readonly StoredItem[]; missing: readonly string[] }> {
    await Promise.resolve();
    this.fetches.push(`${worker}: ${keys.join(", ")}`);
    const store = this.stores.get(worker);
    if (store === undefined) throw new Error(`no route to ${worker}`);
    const found = keys.map((key) => store.get(key)).filter((item) => item !== undefined);
    return { found, missing: keys.filter((key) => !store.has(key)) };
  }

  describe(worker: string): Promise<unknown> {
    const store = this.stores.get(worker);
    return store === undefined
      ? Promise.reject(new Error(`no route to ${worker}`))
      : Promise.resolve({ keys: [...store.keys()] });
  }

  async put(worker: string, items: readonly StoredItem[]): Promise<void> {
    await Promise.resolve();
    const store = this.stores.get(worker);
    if (store === undefined) throw new Error(`no route to ${worker}`);
    for (const item of items) store.set(item.key, item);
  }

  print(stream: "out" | "err", text: string): void {
    this.printed.push(`${stream}: ${text}`);
  }

  keepAlive(waiting: boolean): void {
    this.keptAlive.push(waiting);
  }

  disconnect(): Promise<void> {
    this.disconnectCount++;
    return Promise.resolve();
  }

  /** All messages of one type, oldest first. */
  said<T extends ClientToScheduler["type"]>(type: T): Said<T>[] {
    return this.batches.flat().filter((message): message is Said<T> => message.type === type);
  }

  /** The types of all messages since the registration, batch by batch. */
  types(): string[][] {
    return this.batches.slice(1).map((batch) => batch.map((message) => message.type));
  }

  /** Puts a value into the store of a worker, which exists from then on. */
  store(worker: string, key: string, value: unknown): void {
    const store = this.stores.get(worker) ?? new Map<string, StoredItem>();
    this.stores.set(worker, store);
    const packed = packValue(value, { besideBytesMin: Infinity });
    store.set(key, { key, value: packed, bytes: 8, valueType: typeof value });
  }
}

/** A connected client in a world of its own. */
export interface Connected {
  readonly world: FakeWorld;
  readonly session: Session;
  readonly client: Client;
}

/** A client that the scheduler has welcomed. */
export function connected(address = "tcp://127.0.0.1:8786"): Connected {
  const world = new FakeWorld();
  const session = new Session(world);
  void session.begin("test", 0);
  session.receive([{ type: "welcome", address, dashboardUrl: undefined }]);
  return { world, session, client: Client.of(session, new RemoteCluster(address, undefined), false) };
}

/** The scheduler's word that a result is there and rides along. */
export function finished(key: string, value: unknown): SchedulerToClient {
  const packed = packValue(value, { besideBytesMin: Infinity });
  return { type: "finished", key, bytes: 8, valueType: typeof value, holders: ["w1"], hasValue: true, value: packed };
}

/** The scheduler's word that a result is there, on these workers. */
export function finishedOn(key: string, holders: readonly string[], valueType = "number"): SchedulerToClient {
  return { type: "finished", key, bytes: 8, valueType, holders, hasValue: false, value: undefined };
}

/** The scheduler's word that a task threw. */
export function failed(key: string, thrown: unknown): SchedulerToClient {
  const error = { text: String(thrown), value: packValue(thrown, { besideBytesMin: Infinity }) };
  return { type: "failed", key, error, worker: "w1" };
}

/** Lets everything happen that waits for microtasks only. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** A few functions that travel. */
export const inc = (x: number): number => x + 1;
export const add = (x: number, y: number): number => x + y;
export const sum = (xs: number[]): number => xs.reduce((a, b) => a + b, 0);

/** So many impure futures of `inc`. */
export function impure(view: ClientView, count: number): Future<number>[] {
  return view.with({ pure: false }).map(inc, Array.from({ length: count }, (_, i) => i));
}
