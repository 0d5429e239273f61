/** Behaviour that users of Dask know, with its number there: workers that do not reach each other. @module */
import { assertEquals } from "@std/assert";
import { Client, getWorker } from "../../mod.ts";
import { startCli } from "../cli/cli_process.ts";

const WAIT = { timeoutMs: 120_000 };

Deno.test("scenario 67: a worker that does not reach another one gets its inputs all the same", async () => {
  await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
  const address = await scheduler.waitFor(/^Scheduler at: +(\S+)$/m);
  const worker = ["worker", address, "--nthreads", "1", "--no-nanny"];
  await using alice = startCli([...worker, "--name", "alice"]);
  const there = await alice.waitFor(/^Start worker at: +tcp:\/\/(\S+)$/m);
  await alice.waitFor(/^Registered to: /m);
  await using client = await Client.connect(address);
  const where = (round: number) => `${getWorker().name} ${round} ${"x".repeat(50_000)}`;
  const free = client.submit(where, 1);
  const bound = client.with({ workers: "alice" }).submit(where, 2);
  assertEquals((await free.result(WAIT)).slice(0, 7), "alice 1");
  // From bob there is no way to alice; both reach the scheduler, and are reached by the client.
  const permissions = ["-A", `--deny-net=${there}`];
  await using bob = startCli([...worker, "--name", "bob"], { permissions });
  await bob.waitFor(/^Registered to: /m);
  const begin = (text: string) => `${getWorker().name} got ${text.slice(0, 7).trim()}`;
  const onBob = client.with({ workers: "bob" });
  for (const [future, round] of [[free, 1], [bound, 2]] as const) {
    assertEquals(await onBob.submit(begin, future).result(WAIT), `bob got alice ${round}`);
    // It came another way: nothing was computed again.
    const runs = (await client.story(future.key)).filter(({ to }) => to === "processing");
    assertEquals(runs.length, 1);
  }
});
