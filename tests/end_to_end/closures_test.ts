/** Any function as a task: on threads, on a worker that has none of this code, and from inside tasks. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { Client, type ClientView, type Future, getClient, Queue, TroupeError } from "../../mod.ts";
import { pathInCheckout, startCli } from "../cli/cli_process.ts";
import { CLOSURES } from "../code/closures.ts";
import { eventually } from "../support/eventually.ts";

type Submit = (client: ClientView, fn: AnyFunction, args: readonly unknown[]) => Future<unknown>;

const WAYS: Readonly<Record<string, Submit>> = {
  "a program": (client, fn, args) => client.submit(fn as (...args: readonly unknown[]) => unknown, ...args as []),
  "a task": (client, fn, args) => {
    const submitInside = async (inner: (...args: readonly unknown[]) => unknown, rest: readonly unknown[]) =>
      await getClient().with({ pure: false }).submit(inner, ...rest as []).result();
    return client.submit(submitInside as (...args: readonly unknown[]) => unknown, fn, args);
  },
};

/** Which closures do not give on this cluster what they give here. */
async function differences(client: ClientView, submit: Submit): Promise<string[]> {
  const found: string[] = [];
  for (const [name, [fn, ...args]] of Object.entries(CLOSURES)) {
    try {
      const here: unknown = await Reflect.apply(fn, undefined, args);
      assertEquals(await submit(client, fn, args).result(), here);
    } catch (error) {
      found.push(`${name}: ${error}`);
    }
  }
  return found;
}

/** A scheduler and a worker that may not read this folder, started in an empty one. */
async function withRemoteWorker(work: (client: Client) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir();
  const permissions = ["-A", `--deny-read=${pathInCheckout("tests")}`];
  try {
    await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"], { cwd });
    const address = await scheduler.waitFor(/Scheduler at:\s+(\S+)/);
    await using worker = startCli(["worker", address, "--nthreads", "1", "--no-nanny"], { cwd, permissions });
    await worker.waitFor(/Registered to/);
    await using client = await Client.connect(address);
    await work(client);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

for (const [who, submit] of Object.entries(WAYS)) {
  Deno.test(`${who} submits closures to threads`, async () => {
    await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
    assertEquals(await differences(client, submit), []);
  });

  Deno.test(`${who} submits closures to a worker in a child process`, async () => {
    await using client = await Client.connect({ workers: 1, threadsPerWorker: 1, processes: true });
    assertEquals(await differences(client, submit), []);
  });

  Deno.test(`${who} submits closures to a worker process that has none of the code`, async () => {
    await withRemoteWorker(async (client) => assertEquals(await differences(client, submit), []));
  });
}

Deno.test("a task makes closures of its own and submits them", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const offset = 100;
  const outer = async (n: number): Promise<number[]> => {
    let sum = 0;
    const addOffset = (x: number) => x + offset;
    const futures: Future<number>[] = [];
    for (let i = 0; i < n; i++) {
      sum += i;
      futures.push(getClient().submit((x: number) => addOffset(x) + i + sum, i));
    }
    return await getClient().gather(futures);
  };
  assertEquals(await client.submit(outer, 3).result(), [100, 103, 107]);
});

Deno.test("captured futures are dependencies, and arrive as futures", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const base = client.submit((x: number) => x * 2, 21);
  const nested = { deep: [client.submit((x: number) => x + 1, 1)] };
  const sum = client.submit(async () => await base.result() + await nested.deep[0]!.result());
  assertEquals(await sum.result(), 44);
  const failing = client.submit(() => {
    throw new RangeError("first");
  });
  const after = client.submit(() => failing.key);
  await assertRejects(() => after.result(), RangeError, "first");
  base.release();
  const error = assertThrows(() => client.submit(() => base.key));
  assert(TroupeError.is(error, "future/released"));
});

Deno.test("functions among arguments wait for the futures that they captured, and fail with them", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const base = client.submit((x: number) => x * 2, 21);
  const read = () => base.result();
  const call = async (tools: { readonly read: () => Promise<number> }) => await tools.read();
  assertEquals(await client.submit(call, { read }).result(), 42);
  const failing = client.submit(() => {
    throw new RangeError("first");
  });
  const named = () => failing.key;
  const after = client.submit((tools: readonly (() => string)[]) => tools.length, [named]);
  await assertRejects(() => after.result(), RangeError, "first");
  for (const each of client.map((named: () => string) => named.name, [named, named])) {
    await assertRejects(() => each.result(), RangeError, "first");
  }
});

Deno.test("functions in results, in the cluster and in queues keep what they captured alive", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const make = async (n: number) => {
    const inner = getClient().with({ pure: false }).submit((x: number) => x + 1, n);
    await inner.result();
    return () => inner.result();
  };
  const results = [client.submit(make, 10), ...await client.scatter([await client.submit(make, 20).result()])];
  const queue = new Queue<() => Promise<number>>({ client });
  {
    await using other = await Client.connect(client.cluster);
    const inner = other.with({ pure: false }).submit((x: number) => x + 1, 30);
    await new Queue<() => Promise<number>>(queue.name, { client: other }).put(() => inner.result());
  } // the claims of this client have ended: only the queue is left
  // What nobody claims is gone within a second: a claim on something else says that one has passed.
  const passing = client.with({ pure: false }).submit(() => 1);
  const { key } = passing;
  await passing.result();
  passing.release();
  await eventually(async () => assertEquals((await client.whoHas())[key], undefined));
  const call = async (read: () => Promise<number>) => await read();
  assertEquals(await client.gather(results.map((read) => client.submit(call, read))), [11, 21]);
  assertEquals(await client.submit(call, await queue.get()).result(), 31);
});

Deno.test("a captured client is the task's own client", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const k = 5;
  const viaCaptured = async (x: number) => await client.submit((y: number) => y + k, x).result();
  assertEquals(await client.submit(viaCaptured, 1).result(), 6);
});

Deno.test("functions and classes are results, and go on as arguments", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const k = 3;
  class Box {
    value = k;
  }
  const makeAdder = (n: number) => (x: number) => x + n + k;
  const adder = client.submit(makeAdder, 5);
  assertEquals((await adder.result())(1), 9);
  assertEquals(await client.submit((f: (x: number) => number, x: number) => f(x), adder, 2).result(), 10);
  const type = await client.submit(() => Box).result();
  assertEquals(new type().value, 3);
  const [shared] = await client.scatter([makeAdder(1)]);
  assertEquals(await client.submit((f: (x: number) => number) => f(1), shared!).result(), 5);
});

Deno.test("one closure over the same values is one task, over other values another", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const make = (n: number, list: number[]) => () => [n, list];
  const keys = [make(1, [1]), make(1, [1]), make(2, [1]), make(1, [2])].map((fn) => client.submit(fn).key);
  assertEquals(keys[0], keys[1]);
  assertEquals(new Set(keys).size, 3);
  let count = 1;
  const counting = () => count;
  const results: number[] = [];
  for (; count < 4; count++) results.push(await client.submit(counting).result());
  assertEquals(results, [1, 2, 3]);
});

Deno.test("a task that writes a captured variable fails and says what to do", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  let count = 0;
  const future = client.submit(() => {
    count += 1;
    return count;
  });
  const error = await assertRejects(() => future.result());
  assert(TroupeError.is(error, "task/read-only"));
  assertEquals(error.hint, "Return the new value, or keep it in a Variable, a Queue or an actor");
  assertEquals(count, 0);
});

Deno.test("what cannot travel is refused at submit, and the cluster lives on", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const weak = new WeakMap();
  const error = assertThrows(() => client.submit(() => weak));
  assert(TroupeError.is(error, "task/not-serializable"));
  assertEquals(error.message, 'Cannot submit task "lambda": captured variable "weak" is a WeakMap');
  const used = (f: () => unknown) => f();
  const inside = assertThrows(() => client.submit(used, () => weak));
  assertEquals(
    String(inside),
    'TroupeError: Cannot submit task "used": captured variable "weak" of function "lambda" is a WeakMap',
  );
  assertEquals(await client.submit((x: number) => x, 1).result(), 1);
});
