/** Queues, variables, locks and their like on real threads and processes. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Client,
  Flag,
  type Future,
  getClient,
  type LocalClusterOptions,
  Lock,
  MultiLock,
  Queue,
  Semaphore,
  Topic,
  TroupeError,
  Variable,
} from "../../mod.ts";
import { failsWith } from "../support/codes.ts";

const WAIT = { timeoutMs: 60_000 };
const CLUSTERS: readonly (readonly [name: string, options: LocalClusterOptions])[] = [
  ["inline", { executors: "inline" }],
  ["on threads", { threadsPerWorker: 2 }],
  ["on processes", { processes: true, workers: 2, threadsPerWorker: 1 }],
];

for (const [name, options] of CLUSTERS) {
  Deno.test(`queues, variables, locks and flags work between a program and its tasks, ${name}`, async () => {
    await using client = await Client.connect(options);
    const numbers = new Queue<number>({ maxSize: 3 });
    const sum = client.submit(async (numbers: Queue<number>) => {
      let sum = 0;
      for await (const number of numbers) sum += number;
      return sum;
    }, numbers);
    for (let i = 1; i <= 20; i++) await numbers.put(i);
    await numbers.close();
    assertEquals(await sum.result(WAIT), 210);

    const results = new Queue<Future<number>>("results");
    const made = client.submit(async () => {
      const client = getClient();
      await new Queue<Future<number>>("results").put(client.submit((x: number) => x + 1, 41));
      return new Variable<Future<number>>("answer"); // out of a result, too
    });
    const future = await results.get(WAIT);
    assertEquals(await future.result(WAIT), 42);
    const answer = await made.result(WAIT);
    await answer.set(future);
    const read = (answer: Variable<Future<number>>) => answer.get().then((future) => future.result());
    assertEquals(await client.submit(read, answer).result(WAIT), 42);

    const [lock, go, has] = [new Lock(), new Flag(), new Flag()];
    const hold = async (lock: Lock, go: Flag, has: Flag) => {
      using _lease = await lock.acquire();
      await has.set();
      await go.wait();
    };
    const held = client.submit(hold, lock, go, has);
    await has.wait(WAIT);
    await failsWith("wait/timeout", () => lock.acquire({ timeoutMs: 10 }));
    await go.set();
    await held.result(WAIT);
    using _lease = await lock.acquire(WAIT);
  });
}

Deno.test("a task that waits gives its executor to others: many wait on one", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const wait = async (n: number) => {
    await new Flag("go").wait();
    using _both = await new MultiLock(["a", "b"]).acquire();
    using _one = await new Semaphore("s", { leases: 1 }).acquire();
    return n;
  };
  const waiting = client.map(wait, Array.from({ length: 50 }, (_, i) => i));
  assertEquals(await client.submit(() => "free").result(WAIT), "free");
  await new Flag("go").set();
  assertEquals((await client.gather(waiting)).length, 50);
});

Deno.test("queues travel in the items of queues: each request brings the queue for its reply", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  const requests = new Queue<{ n: number; reply: Queue<number> }>("requests");
  const serve = async (_server: number) => {
    for await (const { n, reply } of new Queue<{ n: number; reply: Queue<number> }>("requests")) await reply.put(2 * n);
  };
  const servers = client.map(serve, [1, 2]);
  const replies = Array.from({ length: 20 }, async (_, n) => {
    const reply = new Queue<number>();
    await requests.put({ n, reply });
    return await reply.get(WAIT);
  });
  assertEquals(await Promise.all(replies), Array.from({ length: 20 }, (_, n) => 2 * n));
  await requests.close();
  await client.gather(servers);
});

Deno.test("queues and locks travel as captured values", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const [queue, lock] = [new Queue<number>(), new Lock()];
  const work = async (n: number) => {
    using _lease = await lock.acquire();
    await queue.put(n);
  };
  await client.gather(client.map(work, [1, 2, 3]));
  assertEquals((await queue.getBatch("all")).sort(), [1, 2, 3]);
});

Deno.test("two clients over TCP share by name; what one held is free when it closes", async () => {
  await using one = await Client.connect({ workers: 1, threadsPerWorker: 1, token: "secret" });
  await using other = await Client.connect(one.address, { token: "secret" });
  await new Lock("l", { client: other }).acquire();
  await new Semaphore("s", { client: other, leases: 1 }).acquire();
  const waiting = new Lock("l", { client: one }).acquire(WAIT);
  await failsWith("wait/timeout", () => new Lock("l", { client: one }).acquire({ timeoutMs: 20 }));
  const queue = new Queue<number>("q", { client: one });
  const got = queue.get(WAIT);
  await new Queue<number>("q", { client: other }).put(7);
  assertEquals(await got, 7);
  await failsWith("input/invalid", () => new Queue("q", { client: other, maxSize: 3 }).size());
  await failsWith("input/invalid", () => new Semaphore("s", { client: one, leases: 2 }).acquire());
  await other.close();
  using _lease = await waiting;
  using _one = await new Semaphore("s", { client: one, leases: 1 }).acquire(WAIT);
});

Deno.test("a wait that a task leaves behind ends with it, and takes nothing", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const queue = new Queue<string>("q");
  const race = async () => await Promise.race([new Queue<string>("q").get(), Promise.resolve("first")]);
  assertEquals(await client.submit(race).result(WAIT), "first");
  const late = async () => {
    const error = await new Queue<string>("q").get({ timeoutMs: 5 }).catch((error: unknown) => error);
    return TroupeError.is(error, "wait/timeout");
  };
  assert(await client.submit(late).result(WAIT));
  const careless = () => {
    void new Queue<string>("q").get(); // nobody ever hears of it
    return "returned";
  };
  assertEquals(await client.submit(careless).result(WAIT), "returned");
  await queue.put("x");
  assertEquals(await queue.getBatch("all"), ["x"]);
});

Deno.test("a task that is cancelled while it waits leaves its place", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const queue = new Queue<string>("q");
  const taking = client.submit(async () => {
    await new Queue("ready").put(1);
    return await new Queue<string>("q").get();
  });
  await new Queue("ready").get(WAIT);
  await taking.cancel();
  const got = queue.get(WAIT);
  await queue.put("x");
  assertEquals(await got, "x");
});

Deno.test("a task that ends with a lock in its hand loses it, and its story says so", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const careless = client.submit(async () => {
    await new Lock("l").acquire();
    return "done";
  });
  assertEquals(await careless.result(WAIT), "done");
  using _lease = await new Lock("l").acquire(WAIT);
  const causes = (await client.story(careless.key)).map(({ cause }) => cause);
  assert(causes.includes("lock:l freed: its task ended"), causes.join());
});

Deno.test("an error in a queue comes out as itself, and a failed future with its error", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const queue = new Queue<unknown>("q");
  await queue.put(new RangeError("too far"));
  const failing = client.submit((): number => {
    throw new RangeError("from a task");
  });
  await queue.put([failing]);
  failing.release();
  assert(await queue.get() instanceof RangeError);
  const [failed] = await queue.get(WAIT) as [Future<number>];
  await assertRejects(() => failed.result(WAIT), RangeError, "from a task");
});

for (const [name, options] of CLUSTERS) {
  Deno.test(`Topic hands what tasks publish to all who subscribed, ${name}`, async () => {
    await using client = await Client.connect(options);
    await using wide = new Topic<string>("news").subscribe();
    await using narrow = new Topic<string>("news").subscribe({ capacity: 1 });
    const listening = client.submit(async () => {
      await using news = new Topic<string>("news").subscribe();
      await new Flag("listening").set();
      const heard: string[] = [];
      for await (const one of news) if (heard.push(one) === 3) break;
      return heard;
    });
    await new Flag("listening").wait(WAIT);
    const publishing = client.submit(async () => {
      for (const one of ["a", "b", "c"]) await new Topic<string>("news").publish(one);
    });
    await failsWith("wait/timeout", () => publishing.result({ timeoutMs: 50 })); // "b" waits for the narrow one
    const heard: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) heard.push((await narrow.next()).value, (await wide.next()).value);
    assertEquals(heard, ["a", "a", "b", "b", "c", "c"]);
    await publishing.result(WAIT);
    assertEquals(await listening.result(WAIT), ["a", "b", "c"]);
  });
}

Deno.test("Topic drops the oldest, or refuses, as a subscriber wants; futures in it stay alive", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const topic = new Topic<number>("t");
  const latest = topic.subscribe({ capacity: 2, overflow: "drop-oldest" });
  for (let i = 0; i < 10; i++) await topic.publish(i);
  assertEquals([(await latest.next()).value, (await latest.next()).value], [8, 9]);
  await latest[Symbol.asyncDispose]();
  const strict = topic.subscribe({ capacity: 1, overflow: "reject" });
  await topic.publish(1);
  await failsWith("topic/full", () => topic.publish(2));
  await strict.return?.();
  const full = topic.subscribe({ capacity: 1 });
  await topic.publish(2);
  await failsWith("wait/timeout", () => topic.publish(3, { timeoutMs: 20 })); // and it is not published later
  assertEquals((await full.next()).value, 2);
  await topic.publish(4);
  assertEquals((await full.next()).value, 4);
  await full.return?.();
  await topic.publish(3); // nobody listens any more
  await failsWith("input/invalid", () => topic.subscribe({ capacity: 0 }));

  const futures = new Topic<Future<number>>("futures");
  const stream = futures.subscribe();
  {
    using future = client.submit((x: number) => x + 1, 1);
    await futures.publish(future);
  }
  const { value } = await stream.next();
  assertEquals(await value?.result(WAIT), 2);
  const waiting = stream.next();
  await client.close();
  await failsWith("client/closed", () => waiting);
});
