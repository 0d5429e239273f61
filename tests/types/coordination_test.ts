/**
 * Type tests of what programs see of queues, variables, locks and their like: `deno check` of this file is the test, its
 * functions never run. `same<Same<A, B>>()` asserts equal types; `@ts-expect-error` asserts a refusal.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { Stream } from "../../actors/base/stream.ts";
import { type Client, getClient } from "../../actors/client/client.ts";
import { Flag } from "../../actors/client/flag.ts";
import type { Future } from "../../actors/client/future.ts";
import { Lock } from "../../actors/client/lock.ts";
import { MultiLock } from "../../actors/client/multi_lock.ts";
import { Queue } from "../../actors/client/queue.ts";
import { Semaphore } from "../../actors/client/semaphore.ts";
import { Topic } from "../../actors/client/topic.ts";
import { Variable } from "../../actors/client/variable.ts";

type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends (<G>() => G extends B ? 1 : 2) ? true : false;
declare function same<_Holds extends true>(): void;
declare function is<T>(value: T): void;
declare const client: Client;

async function coordination(): Promise<void> {
  const q = new Queue<Future<Float64Array>>("arrays", { maxSize: 10 });
  const stop = new Variable<boolean>("stop");
  await stop.set(false);
  const producer = async (rows: number): Promise<void> => {
    const client = getClient();
    while (!await stop.get()) await q.put(await client.scatter(new Float64Array(rows)));
  };
  const consumer = async (): Promise<number> => {
    let seen = 0;
    while (!await stop.get()) {
      const future = await q.get({ timeoutMs: 1000 });
      same<Same<typeof future, Future<Float64Array>>>(); // a future comes out as a future: not thenable
      seen += (await future.result()).length;
    }
    return seen;
  };
  const producers = [1, 2].map((i) => client.submit(producer, i));
  const consumers = [1, 2].map(() => client.submit(consumer));
  same<Same<typeof producers, Future<void>[]>>();
  same<Same<typeof consumers, Future<number>[]>>();
  const v = new Variable<Future<Float64Array>>();
  await v.set(await client.scatter(new Float64Array(3)));
  is<Float64Array>(await (await v.get()).result());
  const given = client.submit(
    async (q: Queue<number>, v: Variable<number>) => await q.size() + await v.get(),
    new Queue<number>(),
    new Variable<number>(),
  );
  same<Same<typeof given, Future<number>>>(); // queues and variables as arguments
  for await (const future of q) is<Future<Float64Array>>(future);
  is<Future<Float64Array>[]>(await q.getBatch("all"));
  const texts: AsyncIterable<string> = new Queue<string>();
  is<AsyncIterable<string>>(texts);
  new Queue<string>({ client, maxSize: 1 });
  // @ts-expect-error plain arrays are not futures of arrays
  await q.put(new Float64Array(3));
  // @ts-expect-error the variable holds booleans
  await stop.set("yes");
  // @ts-expect-error durations are called timeoutMs
  await q.get({ timeout: 1 });
  using lease = await new Lock("gpu").acquire({ timeoutMs: 50, signal: AbortSignal.timeout(100) });
  lease.release();
  using _both = await new MultiLock(["a", "b"]).acquire({ count: 1 });
  using _one = await new Semaphore("db", { leases: 3 }).acquire();
  // @ts-expect-error a semaphore needs its number of leases
  new Semaphore("db");
  same<Same<Awaited<ReturnType<Flag["isSet"]>>, boolean>>();
  await new Flag("go").wait({ timeoutMs: 10 });
  for await (const item of new Topic<{ loss: number }>("loss").subscribe()) is<number>(item.loss);
  const mapped = client.map((x: string) => x.length, new Queue<string>()); // a queue is a source like any other
  same<Same<typeof mapped, Stream<Future<number>>>>();
}

Deno.test("the types of queues, variables, locks and their like check", () => {
  assert(typeof coordination === "function");
});
