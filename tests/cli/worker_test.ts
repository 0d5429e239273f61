import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../mod.ts";
import { pathInCheckout, runCli, startCli, type TestProcess } from "./cli_process.ts";

const SCHEDULER = ["scheduler", "--port", "0", "--no-dashboard"];

/** Everything that a test starts; ends with it. */
async function withCluster(
  workerArgs: readonly string[],
  use: (cluster: { scheduler: TestProcess; worker: TestProcess; address: string }) => Promise<void>,
): Promise<void> {
  await using scheduler = startCli(SCHEDULER);
  const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
  await using worker = startCli(["worker", address, ...workerArgs]);
  await worker.waitFor(/^Registered to: (\S+)$/m);
  await use({ scheduler, worker, address });
}

async function endsCleanly(process: TestProcess, signal: Deno.Signal): Promise<void> {
  process.signalGroup(signal);
  const { code, stderr } = await process.ended;
  assertEquals([code, stderr], [0, ""]);
  await process.groupGone();
}

for (const form of [["--nthreads", "2"], ["--nthreads", "2", "--no-nanny"]]) {
  Deno.test(`runWorker() registers, works and closes at Ctrl-C with ${form.join(" ")}`, async () => {
    await withCluster(form, async ({ scheduler, worker, address }) => {
      const banner = new RegExp(
        `^Start worker at: +(tcp://127\\.0\\.0\\.1:\\d+)\\nWaiting to connect to: +${address}\\nRegistered to: +${address}$`,
        "m",
      );
      const workerAddress = await worker.waitFor(banner);
      assertStringIncludes(scheduler.stdout, workerAddress);
      const run = await runCli(["run", "--address", address, "examples/tree_sum.ts"]);
      assertEquals([run.code, run.stderr], [0, ""]);
      assertStringIncludes(run.stdout, "total = 98688");
      await endsCleanly(worker, "SIGINT");
      await endsCleanly(scheduler, "SIGINT");
    });
  });
}

Deno.test("runWorker() closes at SIGTERM", async () => {
  await withCluster(["--nthreads", "1"], async ({ scheduler, worker }) => {
    worker.signal("SIGTERM");
    assertEquals((await worker.ended).code, 0);
    await worker.groupGone();
    await endsCleanly(scheduler, "SIGTERM");
  });
});

Deno.test("runWorker() ends when its scheduler has ended", async () => {
  await withCluster(["--nthreads", "1"], async ({ scheduler, worker }) => {
    await endsCleanly(scheduler, "SIGINT");
    await worker.ended;
    await worker.groupGone();
  });
});

Deno.test("runWorker() leaves nobody behind when it is killed", async () => {
  await withCluster(["--nthreads", "1"], async ({ worker }) => {
    worker.signal("SIGKILL");
    await worker.ended;
    await worker.groupGone();
  });
});

Deno.test("runWorker() has a nanny that starts a killed worker again", async () => {
  await withCluster(["--nthreads", "1"], async ({ scheduler, worker, address }) => {
    await using client = await Client.connect(address);
    const tellPid = () => Deno.pid;
    const pid = await client.submit(tellPid).result();
    assertEquals(worker.childPids(), [pid]);
    Deno.kill(pid, "SIGKILL");
    assertNotEquals(await client.with({ pure: false }).submit(tellPid).result(), pid);
    await worker.waitFor(/Registered to: [^]*Registered to: /);
    await scheduler.waitFor(/^Remove worker .*SIGKILL/m);
  });
});

Deno.test("runWorker() starts several workers with names, threads, resources and memory as told", async () => {
  const args = ["--nworkers", "2", "--nthreads", "1", "--name", "w", "--resources", "gpu=2", "--memory-limit", "1GiB"];
  await using scheduler = startCli(SCHEDULER);
  const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
  await using worker = startCli(["worker", address, ...args]);
  await using client = await Client.connect(address);
  await client.waitForWorkers(2);
  const workers = Object.values((await client.schedulerInfo()).workers);
  assertEquals(workers.map(({ name }) => name).sort(), ["w-0", "w-1"]);
  for (const { threads, resources, memoryLimit } of workers) {
    assertEquals({ threads, resources, memoryLimit }, { threads: 1, resources: { gpu: 2 }, memoryLimit: 1024 ** 3 });
  }
  await worker.waitFor(/Registered to: [^]*Registered to: /);
  await endsCleanly(worker, "SIGINT");
});

Deno.test("runWorker() finds the scheduler by --scheduler-file, also when that comes later", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/scheduler.json`;
    await using worker = startCli(["worker", "--scheduler-file", file, "--nthreads", "1", "--no-nanny"]);
    await using scheduler = startCli([...SCHEDULER, "--scheduler-file", file]);
    const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
    assertEquals(await worker.waitFor(/^Registered to: (\S+)$/m), address);
    await endsCleanly(worker, "SIGINT");
    await endsCleanly(scheduler, "SIGINT");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runWorker() can be interrupted while it waits for --scheduler-file", async () => {
  await using worker = startCli(["worker", "--scheduler-file", "/no/such/file.json"]);
  // Not before it listens to signals, which is when it polls.
  await worker.listensTo("SIGINT");
  await endsCleanly(worker, "SIGINT");
});

Deno.test("runWorker() waits for a scheduler that is not there yet, and says so", async () => {
  const port = freePort();
  const address = `tcp://127.0.0.1:${port}`;
  await using worker = startCli(["worker", address, "--nthreads", "1"]);
  assertEquals(await worker.waitFor(/^Waiting to connect to: (\S+)$/m), address);
  await using scheduler = startCli(["scheduler", "--port", String(port), "--no-dashboard"]);
  await worker.waitFor(/^Registered to: /m);
  await endsCleanly(worker, "SIGINT");
  await endsCleanly(scheduler, "SIGINT");
});

Deno.test("runWorker() can be interrupted while it waits for a scheduler", async () => {
  await using worker = startCli(["worker", `tcp://127.0.0.1:${freePort()}`]);
  await worker.waitFor(/^Waiting to connect to: /m);
  await endsCleanly(worker, "SIGINT");
});

Deno.test("runWorker() talks TLS with scheduler and clients that trust its authority", async () => {
  const authority = ["--tls-ca-file", pathInCheckout("tests/transport/fixtures/authority.pem")];
  const own = ["--tls-cert", pathInCheckout("tests/transport/fixtures/localhost.pem")];
  own.push("--tls-key", pathInCheckout("tests/transport/fixtures/localhost_key.pem"), "--host", "localhost");
  await using scheduler = startCli([...SCHEDULER, ...own]);
  const address = await scheduler.waitFor(/^Scheduler at: (tls:\/\/localhost:\d+)$/m);
  await using worker = startCli(["worker", address, "--nthreads", "1", ...own, ...authority]);
  await worker.waitFor(/^Start worker at: tls:/m);
  const run = await runCli(["run", "--address", address, ...authority, "examples/tree_sum.ts"]);
  assertEquals([run.code, run.stderr], [0, ""]);
  const stranger = await runCli(["run", "--address", address, "examples/tree_sum.ts"]);
  assertEquals(stranger.code, 1);
  assertStringIncludes(stranger.stderr, "certificate");
});

Deno.test("runWorker() is let in with the cluster's token only", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/token`, "secret\n");
    await using scheduler = startCli([...SCHEDULER, "--token-file", `${folder}/token`]);
    const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
    const refused = await runCli(["worker", address, "--nthreads", "1"]);
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /^troupe: .*token.*\n( {2}hint: .+\n)?$/);
    await using worker = startCli(["worker", address, "--nthreads", "1"], {
      env: { TROUPE_SCHEDULER_TOKEN: "secret" },
    });
    await worker.waitFor(/^Registered to: /m);
    const script = ["--token-file", `${folder}/token`, "examples/tree_sum.ts"];
    assertStringIncludes((await runCli(["run", "--address", address, ...script])).stdout, "total = 98688");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runWorker() works in its --local-directory, made when missing", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const form of [[], ["--no-nanny"]]) {
      const args = ["--nthreads", "1", "--local-directory", `${folder}/a/b`, ...form];
      await withCluster(args, async ({ address }) => {
        await using client = await Client.connect(address);
        assertEquals(await client.submit(() => Deno.cwd()).result(), `${folder}/a/b`);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runWorker() ends by itself after its --lifetime", async () => {
  await withCluster(["--nthreads", "1", "--lifetime", "100ms"], async ({ worker }) => {
    assertEquals((await worker.ended).code, 0);
    await worker.groupGone();
  });
});

/** A port where nobody listens, as far as one can know. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
