/** Whole programs, as users write and start them. @module */
import { assertEquals, assertMatch } from "@std/assert";
import { pathInCheckout, runCheckoutScript, runScript } from "../support/scripts.ts";

Deno.test("a script is shown what its tasks print, also nested ones, by the client that submitted them", async () => {
  const { code, stdout, stderr } = await runScript(`
    import { Client, getClient } from "@troupe/troupe";
    await using client = await Client.connect({ workers: 1, threadsPerWorker: 1, processes: true });
    const inner = (x: number) => {
      console.error("inner to stderr");
      console.log("inner", x);
      return x;
    };
    const outer = async (x: number) => {
      console.log("outer", { x });
      const inner = (y: number) => {
        console.log("nested", y);
        return y;
      };
      return await getClient().submit(inner, x).result();
    };
    await client.submit(inner, 1).result();
    await client.submit(outer, 2).result();
  `);
  assertEquals(code, 0);
  assertEquals(stdout.split("\n").sort(), ["", "inner 1", "nested 2", "outer { x: 2 }"]);
  assertEquals(stderr, "inner to stderr\n");
});

for (
  const options of ["{ executors: 'inline' }", "{ threadsPerWorker: 1 }", "{ processes: true, threadsPerWorker: 1 }"]
) {
  Deno.test(`a script that forgets to close its client still ends, with ${options}`, async () => {
    const { code, stdout, stderr } = await runScript(`
      import { Client } from "@troupe/troupe";
      const client = await Client.connect(${options});
      console.log(await client.submit((x: number) => x + 1, 1).result());
    `);
    assertEquals({ code, stdout, stderr }, { code: 0, stdout: "2\n", stderr: "" });
  });

  Deno.test(`a script gets a result that it awaits outside the top level, with ${options}`, async () => {
    const { code, stdout, stderr } = await runScript(`
      import { Client } from "@troupe/troupe";
      async function main() {
        const client = await Client.connect(${options});
        const late = client.submit(() => new Promise((resolve) => setTimeout(resolve, 300, "late")));
        console.log(await late.result());
        await client.close();
        console.log("closed");
      }
      main();
    `);
    assertEquals({ code, stdout, stderr }, { code: 0, stdout: "late\nclosed\n", stderr: "" });
  });
}

Deno.test("a scheduler and a worker in one script run until they are closed", async () => {
  const { code, stdout, stderr } = await runScript(`
    import { Client, ClusterWorker, Scheduler } from "@troupe/troupe";
    async function main() {
      const scheduler = await Scheduler.start({ port: 0 });
      const worker = await ClusterWorker.start(scheduler.address, { threads: 1, lifetimeMs: 300 });
      await worker.closed;
      console.log("worker has ended");
      setTimeout(() => scheduler.close(), 100);
      await scheduler.closed;
      console.log("scheduler has ended");
    }
    main();
  `);
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: "worker has ended\nscheduler has ended\n", stderr: "" });
});

Deno.test("a script runs with Troupe imported by URL, on threads and on child processes", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const text = await Deno.readTextFile(pathInCheckout(`.${pathname}`)).catch(() => undefined);
    if (text === undefined) return new Response("not found", { status: 404 });
    return new Response(text, { headers: { "content-type": "application/typescript" } });
  });
  try {
    const { imports } = JSON.parse(await Deno.readTextFile(pathInCheckout("deno.json")));
    delete imports["@troupe/troupe"];
    for (const options of ["{ threadsPerWorker: 1 }", "{ processes: true, threadsPerWorker: 1 }"]) {
      const { code, stdout, stderr } = await runScript(
        `
          import { Client } from "http://127.0.0.1:${server.addr.port}/mod.ts";
          await using client = await Client.connect(${options});
          const x = client.submit((n: number) => n + 1, 1);
          console.log(await client.submit((a: number, b: number) => a * b, x, 21).result());
        `,
        { config: JSON.stringify({ imports }) },
      );
      assertEquals({ code, stdout, stderr }, { code: 0, stdout: "42\n", stderr: "" });
    }
  } finally {
    await server.shutdown();
  }
});

Deno.test("a cluster of each kind leaves no thread, process, port or file behind", async () => {
  const { code, stdout, stderr } = await runCheckoutScript("tests/end_to_end/leak_probe.ts");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^(?:clean after .*\n){4}$/);
});

Deno.test("a script is shown an error that a task left behind after its end, and a task cannot close its client", async () => {
  const { code, stdout, stderr } = await runScript(`
    import { Client, getClient } from "@troupe/troupe";
    await using client = await Client.connect({ threadsPerWorker: 1 });
    await client.submit(() => void setTimeout(() => {
      throw new RangeError("left behind");
    }, 20)).result();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const close = async () => {
      await getClient().close();
      return getClient().status.startsWith("clos");
    };
    console.log(await client.submit(close).result());
    const nested = async (n: number): Promise<number> => n === 0 ? 7 : await getClient().submit((x: number) => x, 7).result();
    console.log(await client.submit(nested, 1).result());
  `);
  assertEquals([code, stdout], [0, "false\n7\n"]);
  assertEquals(stderr.includes("Uncaught (after its task had ended)") && stderr.includes("left behind"), true, stderr);
});

Deno.test("a script that may read nothing has all of Troupe where it runs its tasks inline", async () => {
  const { code, stdout, stderr } = await runScript(
    `
      import { Actor, Client, getClient, Lock, progress } from "@troupe/troupe";
      class Counter extends Actor {
        #count = 0;
        up(): number {
          return ++this.#count;
        }
      }
      await using client = await Client.connect({ workers: 1, executors: "inline", dashboardPort: false });
      const nested = client.submit(async () => await getClient().submit((x: number) => x + 1, 1).result());
      await progress(nested);
      console.log(await nested.result());
      const locked = async (lock: Lock) => {
        await using _held = await lock.acquire();
        return 3;
      };
      console.log(await client.submit(locked, new Lock("one")).result());
      using counter = await client.actor(Counter);
      console.log(await counter.ask.up().result());
    `,
    { permissions: ["--no-prompt", "--allow-env", "--allow-sys"] },
  );
  assertEquals({ code, stdout }, { code: 0, stdout: "2\n3\n1\n" }, stderr);
});
