/**
 * Type tests of what programs see of a client: `deno check` of this file is the test, its functions never run.
 * `same<Same<A, B>>()` asserts equal types; `@ts-expect-error` asserts a refusal.
 *
 * @module
 */
import { assert } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { asCompleted } from "../../actors/client/as_completed.ts";
import { Client, getClient } from "../../actors/client/client.ts";
import type { ClientView } from "../../actors/client/client_view.ts";
import type { Cluster } from "../../actors/client/cluster_handle.ts";
import { currentTask } from "../../actors/client/defaults.ts";
import { type Delayed, delayed, setDefaultScheduler } from "../../actors/client/delayed.ts";
import type { Future } from "../../actors/client/future.ts";
import { Reschedule } from "../../actors/client/reschedule.ts";
import { wait } from "../../actors/client/wait.ts";
import { fromModule } from "../../actors/code/from_module.ts";

type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends (<G>() => G extends B ? 1 : 2) ? true : false;
declare function same<_Holds extends true>(): void;
declare function is<T>(value: T): void;
declare const client: Client;
declare const text: Future<string>;
declare const cluster: Cluster;

const inc = (x: number): number => x + 1;
const double = async (x: number): Promise<number> => await Promise.resolve(2 * x);
const add = (x: number, y: number): number => x + y;
const sum = (xs: number[]): number => xs.reduce((a, b) => a + b, 0);

async function loopsAndTree(): Promise<void> {
  const future = client.submit(inc, 1);
  same<Same<typeof future, Future<number>>>();
  same<Same<Awaited<ReturnType<typeof future.result>>, number>>();
  same<Same<typeof future.status, "pending" | "finished" | "error" | "cancelled" | "lost">>();

  const zs: Future<number>[] = [];
  for (let i = 0; i < 16; i++) {
    const x = client.submit(inc, i);
    const y = client.submit(double, x); // async function: Future<number>, not Future<Promise<number>>
    const z = client.submit(add, x, y);
    same<Same<typeof y, Future<number>>>();
    zs.push(z);
  }
  const values = await client.gather(zs);
  same<Same<typeof values, number[]>>();

  let L = zs;
  while (L.length > 1) {
    const next: Future<number>[] = [];
    for (let i = 0; i < L.length; i += 2) next.push(client.submit(add, L[i]!, L[i + 1]!));
    L = next;
  }
  same<Same<Awaited<ReturnType<typeof client.gather<Future<number>[]>>>, number[]>>();
}

async function customWorkloads(): Promise<void> {
  await using client = await Client.connect({ threadsPerWorker: 4, workers: 1 });
  let zs = Array.from({ length: 256 }, (_, i) => client.submit(add, client.submit(inc, i), client.submit(double, i)));
  const total = client.submit(sum, zs);
  same<Same<typeof total, Future<number>>>();
  is<number>(await zs[0]!.result());
  await client.cluster.scale(8);

  zs = client.map(inc, zs);
  same<Same<typeof zs, Future<number>[]>>();
  const seq = asCompleted(zs);
  for await (const future of seq) is<Future<number>>(future);
  while (seq.count() > 1) {
    const a = await seq.next();
    const b = await seq.next();
    same<Same<typeof a, Future<number>>>(); // the future itself, not { value, done }
    seq.add(client.submit(add, a, b));
  }
  for await (const [future, result] of asCompleted(zs, { withResults: true })) {
    same<Same<typeof future, Future<number>>>();
    same<Same<typeof result, number>>();
  }
  same<Same<Awaited<ReturnType<typeof seq.nextBatch>>, Future<number>[]>>();
  // @ts-expect-error only futures of numbers in this sequence
  seq.add(text);
  // @ts-expect-error values are not futures
  asCompleted([1, 2]);
}

type Point = [x: number, y: number];
const rosenbrock = async (point: Point): Promise<[Point, number]> => {
  await new Promise((go) => setTimeout(go, 100));
  return [point, (1 - point[0]) ** 2 + 2 * (point[1] - point[0] ** 2) ** 2];
};

async function advanced(): Promise<void> {
  await using client = await Client.connect({ processes: false });
  const lambda = client.submit((x) => x + 1, 10); // x: number, from the argument
  same<Same<typeof lambda, Future<number>>>();

  const futures = [1, 2, 3].map((x) => client.submit(inc, x));
  const finished = futures.filter((future) => future.status === "finished");
  same<Same<typeof finished, Future<number>[]>>();
  // @ts-expect-error no such status
  futures.filter((future) => future.status === "erred");

  const ac = asCompleted(futures);
  let best = 0;
  for await (const future of ac) {
    best = Math.max(best, await future.result());
    if (best > 100) break;
  }
  await client.cancel(ac.futures);
  await client.cancel(futures[0]!, { force: true, reason: "good enough" });

  const initial: Point[] = [[0, 0], [1, 1]];
  const running = asCompleted(initial.map((point) => client.submit(rosenbrock, point)));
  let scale = 5;
  let bestPoint: Point = [0, 0];
  let bestScore = Infinity;
  for await (const res of running) {
    const [point, score] = await res.result();
    same<Same<typeof point, Point>>();
    if (score < bestScore) [bestScore, bestPoint] = [score, point];
    const [x, y] = bestPoint;
    running.add(client.submit(rosenbrock, [x + (Math.random() - 0.5) * scale, y + (Math.random() - 0.5) * scale]));
    if ((scale *= 0.99) < 0.001) break;
  }
  // @ts-expect-error three coordinates
  client.submit(rosenbrock, [1, 2, 3]);
}

async function fib(n: bigint): Promise<bigint> {
  if (n < 2n) return n;
  const client = getClient();
  const a = client.submit(fib, n - 1n);
  const b = client.submit(fib, n - 2n);
  return await a.result() + await b.result();
}

async function nested(): Promise<void> {
  same<Same<ReturnType<typeof getClient>, Client>>();
  is<bigint>(await client.submit(fib, 1000n).result());
  is<Future<bigint>>(client.with({ pure: false }).submit(fib, 20n));
  // @ts-expect-error a number is not a bigint
  client.submit(fib, 1000);
}

async function foundations(): Promise<void> {
  const c = await Client.connect("192.168.0.11:8786");
  const futs = c.map(inc, [1, 2, 3, 4, 5]);
  is<number>(await c.gather(c.submit(sum, futs)));
  const scattered = await c.scatter([1, 2, 3]);
  is<Future<number>[]>(scattered);
  const named = await c.scatter({ a: 1, b: "x" }, { broadcast: true });
  same<Same<typeof named, { a: Future<number>; b: Future<string> }>>();
  const whole = await c.scatter(new Uint8Array(8));
  same<Same<typeof whole, Future<Uint8Array<ArrayBuffer>>>>();
  const [table] = await c.scatter([{ rows: [1, 2] }]); // one array or object kept whole
  same<Same<typeof table, Future<{ rows: number[] }>>>();
  const map = await c.scatter(new Map([["a", 1]]));
  same<Same<typeof map, Future<Map<string, number>>>>();
}

function submitTypes(): void {
  const n = client.submit(inc, 1);
  const norm = (o: { p: Point; scale?: number; tags: { name: string }[] }): number => o.p[0];
  is<Future<number>>(client.submit(norm, { p: [n, 2], tags: [{ name: text }] })); // futures at any depth
  is<Future<number>>(client.submit(sum, [n, 2, n]));
  is<Future<number>>(client.submit(sum, [n] as const)); // readonly data is fine: arguments are copies
  is<Future<number>>(client.submit(Math.max, 1, n, 3));
  const both = (x: number | string): string => `${x}`;
  is<Future<string>>(client.submit(both, n));
  const later = (x: number, unit = "ms"): string => x + unit;
  is<Future<string>>(client.submit(later, n));
  is<Future<string>>(client.submit(later, n, text));
  same<Same<ReturnType<typeof client.submit<[], [], void>>, Future<void>>>();
  const maybe = client.submit((flag: boolean): number | Promise<number> => flag ? 1 : Promise.resolve(2), true);
  same<Same<typeof maybe, Future<number>>>();

  function identity<T>(x: T): T {
    return x;
  }
  function head<T>(xs: readonly T[]): T | undefined {
    return xs[0];
  }
  async function pair<A, B>(a: A, b: B): Promise<[A, B]> {
    return await Promise.resolve([a, b]);
  }
  const same1 = client.submit(identity, n);
  same<Same<typeof same1, Future<number>>>(); // generic functions see the value
  const same2 = client.submit(head, [n, n]);
  same<Same<typeof same2, Future<number | undefined>>>(); // ... also below the surface
  const same3 = client.submit(pair, n, text);
  same<Same<typeof same3, Future<[number, string]>>>(); // ... and through async
  const same4 = client.submit(identity<string>, text);
  same<Same<typeof same4, Future<string>>>();
  const same5 = client.submit((xs) => xs.map((x) => x.toFixed(1)), [n, n]); // xs: number[]
  same<Same<typeof same5, Future<string[]>>>();
  const same6 = client.map((x) => x * 2, [1, 2, 3]);
  same<Same<typeof same6, Future<number>[]>>();
  const same7 = client.map(pair, [1, 2], new Set(["a"]));
  same<Same<typeof same7, Future<[number, string]>[]>>();

  // @ts-expect-error wrong type
  client.submit(add, 1, "x");
  // @ts-expect-error wrong type through a future
  client.submit(add, n, text);
  // @ts-expect-error wrong type below the surface
  client.submit(sum, [n, text]);
  // @ts-expect-error wrong type deep in data
  client.submit(norm, { p: [n, text], tags: [] });
  // @ts-expect-error too few arguments
  client.submit(add, 1);
  // @ts-expect-error too many arguments
  client.submit(inc, 1, 2);
  // @ts-expect-error not a function
  client.submit("inc", 1);
  // @ts-expect-error a promise is not an argument: await it first
  client.submit(inc, Promise.resolve(1));
  // @ts-expect-error items of the wrong type
  client.map(inc, ["a"]);
  // @ts-expect-error a source missing
  client.map(add, [1, 2]);
  // @ts-expect-error the lambda's parameter is a number
  client.map((x) => x.toUpperCase(), [1, 2, 3]);
  // @ts-expect-error a future is not its value
  is<number>(client.submit(inc, 1));
  // @ts-expect-error made by clients only
  new (n.constructor as typeof Future)();
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
interface Tree {
  value: number;
  kids: Tree[];
  up?: Tree;
}

/** Recursive types do not blow up. */
async function recursiveTypes(json: Json, tree: Tree, later: Future<Tree>): Promise<void> {
  is<Json>(await client.submit((x: Json) => x, { a: [1, client.submit(() => json)] }).result());
  is<Future<number>>(client.submit((t: Tree) => t.value, { value: client.submit(inc, 1), kids: [tree, later] }));
  is<Future<number>>(client.submit((t) => t.kids.length, later));
  is<Tree[]>(await client.gather([later, tree]));
  const loose: unknown[] = [1, later];
  is<Future<unknown>>(client.submit((...xs: unknown[]): unknown => xs[0], ...loose)); // what is unknown stays unknown
  is<unknown>(await client.gather(loose[0]));
  is<Future<number>[]>(client.map(([x, y]: Point) => x + y, [[1, 2], [3, 4]]));
}

/** Library code over any type: what is generic stays generic. */
function reduceTree<T>(view: ClientView, f: (a: T, b: T) => T | Promise<T>, leaves: readonly Future<T>[]): Future<T> {
  let level = [...leaves];
  while (level.length > 1) {
    const next: Future<T>[] = [];
    for (let i = 0; i < level.length; i += 2) next.push(view.submit(f, level[i]!, level[i + 1]!));
    level = next;
  }
  return level[0]!;
}
function applyAll<T, R>(view: ClientView, f: (x: T) => R | Promise<R>, xs: T[]): Future<R>[] {
  return view.map(f, xs);
}

async function futureTypes(n: Future<number>): Promise<void> {
  is<number>(await n.result({ timeoutMs: 10, signal: AbortSignal.timeout(10) }));
  is<Error | null>(await n.exception());
  same<Same<Awaited<typeof n>, Future<number>>>(); // awaiting a future gives the future
  using _claim = client.submit(inc, 1);
  using _watch = n.whenDone((future) => is<Future<number>>(future));
  is<Future<number | string>>(n); // covariant
  const shape = await client.gather({ a: [n, text], b: { c: n, d: 1 }, e: new Date() });
  is<{ a: [number, string]; b: { c: number }; e: Date }>(shape);
  const pair = await client.gather([n, text]);
  same<Same<typeof pair, [number, string]>>();
  const single = await client.gather(n);
  same<Same<typeof single, number>>();
  const rest = await client.gather([n, n], { errors: "skip" });
  same<Same<typeof rest, number[]>>();
  const few = await client.gather({ a: n, b: text }, { errors: "skip" });
  same<Same<typeof few, { a?: number; b?: string }>>();
  const { done, notDone } = await wait([n, n], { returnWhen: "first", timeoutMs: 5 });
  is<Future<number>[]>([...done, ...notDone]);
  is<(Future<number> | Future<string>)[]>((await wait([n, text])).done);
  // @ts-expect-error futures go in a list
  await wait(n, n);
  // @ts-expect-error no such mode
  await client.gather([n], { errors: "raise" });
  // @ts-expect-error read only
  n.key = "x";
}

async function clientTypes(): Promise<void> {
  is<Client>(await Client.connect());
  is<Client>(await Client.connect("tcp://10.0.0.5:8786", { token: "t", name: "me", timeoutMs: 100 }));
  is<Client>(await Client.connect(cluster));
  await cluster.adapt({ minimum: 1, maximum: 4 });
  await client.waitForWorkers(2, { timeoutMs: 100 });
  const view = client.with({
    key: "k",
    priority: 2,
    retries: 3,
    resources: { gpu: 1 },
    workers: "alice",
    allowOtherWorkers: true,
  });
  is<Future<number>>(view.with({ signal: AbortSignal.timeout(1) }).submit(inc, 1));
  const byRef = client.submit(fromModule<typeof inc>(new URL("./jobs.ts", import.meta.url), "inc"), 1);
  same<Same<typeof byRef, Future<number>>>();
  is<Future<unknown>>(client.submit(fromModule("npm:any@1", "any"), 1));
  const restless = client.submit((): number => {
    if (currentTask().attempt < 2) throw new Reschedule();
    return 1;
  });
  same<Same<typeof restless, Future<number>>>();
  try {
    await client.submit(inc, 1).result();
  } catch (error) {
    if (TroupeError.is(error, "task/killed-worker")) same<Same<typeof error.code, "task/killed-worker">>();
    // @ts-expect-error codes are a closed list
    if (TroupeError.is(error, "task/oops")) throw error;
  }
  // @ts-expect-error no such option
  await Client.connect({ nWorkers: 2 });
  // @ts-expect-error options of the task belong to with()
  client.submit(inc, 1, { retries: 3 });
  // @ts-expect-error durations end in Ms
  client.with({ timeout: 5 });
  is<number[]>(await view.gather([view.submit(inc, 1)])); // a view does all but closing
  // @ts-expect-error a view is not closed
  client.with({}).close();
  // @ts-expect-error made by connect only
  new Client();
}

async function delayedTypes(fut: Future<number>): Promise<void> {
  const total = delayed(add)(delayed(double)(7), delayed(inc)(6));
  same<Same<typeof total, Delayed<number>>>();
  is<number>(await total.compute());
  const schedulers = ["sync", "threads", "processes", client, client.with({ priority: 1 })] as const;
  for (const scheduler of schedulers) is<number>(await total.compute({ scheduler, timeoutMs: 5 }));
  setDefaultScheduler("processes");
  setDefaultScheduler(client);
  setDefaultScheduler(null);
  const started = client.compute(total);
  same<Same<typeof started, Future<number>>>();
  is<number>(await client.gather(started));
  const both = client.compute([total, delayed((s: string) => s)("x")]);
  same<Same<typeof both, [Future<number>, Future<string>]>>();
  const listed = delayed(sum)([delayed(inc)(1), 2, fut]);
  same<Same<typeof listed, Delayed<number>>>();
  const held = client.persist(total);
  same<Same<typeof held, Delayed<number>>>();
  is<Delayed<number>>(total.persist({ client }));
  const boxed = delayed((box: { a: number; b: string[] }) => box.a)({ a: delayed(inc)(1), b: ["x"] });
  same<Same<typeof boxed, Delayed<number>>>();
  // @ts-expect-error a delayed text where a number goes
  delayed(add)(1, delayed((s: string) => s)("x"));
  // @ts-expect-error a call too short
  delayed(add)(1);
  // @ts-expect-error no such scheduler
  await total.compute({ scheduler: "thread" });
  // @ts-expect-error delayed values are not task arguments; compute or persist first
  client.submit(inc, total);
  // @ts-expect-error made by delayed only
  new Delayed();
}

async function graphTypes(): Promise<void> {
  const got = await client.get({ x: 1, y: [inc, "x"], z: [add, "y", 10] }, "z");
  same<Same<typeof got, number>>();
  const many = await client.get({ x: 1, y: [double, "x"], z: [(s: string) => s, "q"] }, ["y", "z"], { timeoutMs: 5 });
  same<Same<typeof many, [number, string]>>();
  const value = await client.with({ priority: 1 }).get({ x: 1 }, "x");
  same<Same<typeof value, unknown>>();
  // @ts-expect-error no such key in the graph
  await client.get({ x: 1 }, "y");
}

Deno.test("the public types check", () => {
  // The compiler has the last word; here it is only made sure that nothing is left out of the file by mistake.
  const parts = [advanced, applyAll, clientTypes, customWorkloads, foundations, futureTypes, loopsAndTree, nested];
  for (const part of [...parts, delayedTypes, graphTypes, recursiveTypes, reduceTree, submitTypes]) {
    assert(typeof part === "function");
  }
});
