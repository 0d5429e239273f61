/** What the very first task of a thread may do, before all that submits has been loaded there. @module */
import { assertEquals, assertRejects } from "@std/assert";
import { Client, getClient, type LocalClusterOptions } from "../../mod.ts";
import * as nested from "./first_task_module.ts";

const ONE_THREAD: LocalClusterOptions = { workers: 1, threadsPerWorker: 1, executors: "threads", dashboardPort: false };

Deno.test("the first task of a thread may submit", async () => {
  await using client = await Client.connect(ONE_THREAD);
  const submits = async () => await getClient().submit((n: number) => n + 1, 41).result();
  assertEquals(await client.submit(submits).result(), 42);
});

Deno.test("the first task of a thread may submit from a module that imports Troupe itself", async () => {
  await using client = await Client.connect(ONE_THREAD);
  assertEquals(await client.submit(nested.submits, 41).result(), 42);
});

Deno.test("the first task of a thread may import what submits while it runs", async () => {
  await using client = await Client.connect(ONE_THREAD);
  const imports = async (url: string) => {
    const module: typeof nested = await import(url);
    return await module.submits(41);
  };
  assertEquals(await client.submit(imports, import.meta.resolve("./first_task_module.ts")).result(), 42);
});

Deno.test("the first task of a thread may give a function, and take one within data", async () => {
  await using client = await Client.connect(ONE_THREAD);
  const makesAdder = (by: number) => (n: number) => n + by;
  const add = await client.submit(makesAdder, 2).result();
  assertEquals(add(40), 42);

  await using other = await Client.connect(ONE_THREAD);
  const calls = ({ fn }: { fn: (n: number) => number }) => fn(40);
  assertEquals(await other.submit(calls, { fn: (n: number) => n + 2 }).result(), 42);
});

Deno.test("the first task of a thread may throw what carries a function", async () => {
  await using client = await Client.connect(ONE_THREAD);
  const throws = () => {
    throw Object.assign(new RangeError("carries"), { make: () => 42 });
  };
  const error = await assertRejects(() => client.submit(throws).result(), RangeError, "carries");
  const { make } = error as RangeError & { make: () => number };
  assertEquals(make(), 42);
});
