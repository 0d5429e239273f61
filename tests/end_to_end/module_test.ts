/** Functions by reference: what is wrong with their modules is said when they are first used. @module */
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Client, type ErrorCode, fromModule, TroupeError } from "../../mod.ts";
import type { exported } from "./errors_module.ts";

const WAIT = { timeoutMs: 60_000 };
const STARTING = new URL("starting_module.ts", import.meta.url);

async function failsWith(code: ErrorCode, work: Promise<unknown>): Promise<TroupeError> {
  const error = await assertRejects(() => work);
  assert(TroupeError.is(error, code), Deno.inspect(error));
  return error;
}

Deno.test("fromModule() gives a function of its type, that runs where the module is imported", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const check = fromModule<typeof exported>(new URL("errors_module.ts", import.meta.url), "exported");
  await assertRejects(() => client.submit(check, 5).result(WAIT), RangeError, "too big: 5");
  assertThrows(() => check(5), Error, "it stands for an export");
  const join = fromModule<typeof import("node:path").join>("node:path", "join");
  assertEquals(await client.submit(join, "a", "b").result(WAIT), "a/b");
});

Deno.test("fromModule() and the first use of what it gives tell what is wrong, by module and export", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const url = new URL("errors_module.ts", import.meta.url).href;
  const bad = assertThrows(() => fromModule("./jobs.ts", "resize"));
  assert(TroupeError.is(bad, "input/invalid"));
  assertEquals(bad.message, 'Cannot refer to module: "./jobs.ts" is not an absolute URL');

  const cases: [module: string, name: string, message: string][] = [
    [url, "export", `Cannot load task "export": module "${url}" has no export "export"`],
    [url, "Limit", `Cannot load task "Limit": export "Limit" of module "${url}" is not a function`],
    ["file:///no/such/jobs.ts", "job", `Cannot load task "job": module "file:///no/such/jobs.ts" cannot be imported`],
    ["data:text/javascript,throw new RangeError('at its top')", "job", "cannot be imported"],
  ];
  for (const [module, name, message] of cases) {
    const error = await failsWith("input/invalid", client.submit(fromModule(module, name), 1).result(WAIT));
    assertStringIncludes(error.message, message);
    assert(error.hint !== undefined && error.hint !== "", error.message);
    assertEquals(error.details["name"], name);
    assert(error.cause === undefined || error.cause instanceof Error);
  }
  assertEquals(await client.submit((x: number) => x, 7).result(WAIT), 7);
});

for (const where of [{ threadsPerWorker: 1 }, { workers: 1, threadsPerWorker: 1, processes: true }]) {
  Deno.test(`a module that starts a cluster at import time is told so, ${Deno.inspect(where)}`, async () => {
    await using client = await Client.connect({ ...where, token: "shared" });
    const double = fromModule<(x: number) => number>(STARTING, "double");
    const error = await failsWith("client/importing", client.submit(double, 1).result(WAIT));
    assertEquals(
      error.message,
      `Cannot connect: module "${STARTING.href}" starts a cluster at import time, here in a worker`,
    );
    assertStringIncludes(error.hint ?? "", "if (import.meta.main)");
    // The code of a task may connect to what it likes.
    const { address } = client;
    const ask = client.submit(async (to: string) => {
      const { Client } = await import("@troupe/troupe");
      await using other = await Client.connect(to, { token: "shared" });
      return await other.submit((x: number) => x + 1, 1).result();
    }, address);
    assertEquals(await ask.result(WAIT), 2);
    assertEquals(await client.submit((x: number) => x, 7).result(WAIT), 7);
  });
}
