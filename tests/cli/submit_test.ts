import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Client } from "../../mod.ts";
import { runCli } from "./cli_process.ts";

const JOBS = `
export function add(a, b) { return { sum: a + b }; }
export function fail() { throw new RangeError("too far"); }
`;

Deno.test("runSubmit(), runStatus() and runCancel() work with a running cluster", async () => {
  const folder = await Deno.makeTempDir();
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1, token: "" });
  try {
    await Deno.writeTextFile(`${folder}/jobs.ts`, JOBS);
    const { address } = client;
    const endless = client.submit(() => new Promise<never>(() => {}));
    const [status, cancelled, unknown] = await Promise.all([
      runCli(["status", address, "--json"]),
      runCli(["cancel", address, endless.key]),
      runCli(["cancel", address, "nothing"]),
    ]);
    const shown = JSON.parse(status.stdout);
    assertEquals([status.code, shown.address, shown.workers[0].name], [0, address, "worker-0"]);
    assertEquals([cancelled.code, cancelled.stdout], [0, `Cancelled: ${endless.key}\n`], cancelled.stderr);
    await assertRejects(() => endless.result({ timeoutMs: 120_000 }), Error, "cancelled from the command line");
    const noTask = 'troupe: Cannot cancel task "nothing": there is no task of this key\n';
    assertEquals([unknown.code, unknown.stderr], [1, noTask]);
    const module = `${folder}/jobs.ts`;
    const [sum, text, failure, table] = await Promise.all([
      runCli(["submit", address, `${module}#add`, "1", "2", "--json"]),
      runCli(["submit", address, `${module}#add`, '"a"', '"b"']),
      runCli(["submit", address, `${module}#fail`]),
      runCli(["status", address]),
    ]);
    assertEquals([sum.code, sum.stdout], [0, '{"sum":3}\n'], sum.stderr);
    assertEquals([text.code, text.stdout], [0, '{ sum: "ab" }\n'], text.stderr);
    assertEquals([failure.code, failure.stderr], [1, "troupe: too far\n"]);
    assertMatch(table.stdout, /^Scheduler at: tcp:.*, 1 workers, 1 threads\nNAME +THREADS .*\nworker-0 +1 /);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
