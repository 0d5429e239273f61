/** Programs that may do little: what they can do works, and the rest fails at once, with the flag that is missing. @module */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathInCheckout, runScript } from "../support/scripts.ts";

const MODULE = JSON.stringify(pathInCheckout("mod.ts"));

/** Prints a result, or why there is none. */
function connecting(options: string): string {
  return `
    import { Client } from ${MODULE};
    try {
      const client = await Client.connect(${options});
      console.log(await client.submit((x: number) => x + 1, 1).result());
      await client.close();
    } catch (error) {
      console.log(error.code, error.message);
    }
  `;
}

Deno.test("a program without any permission runs tasks inline", async () => {
  const { code, stdout, stderr } = await runScript(connecting(`{ executors: "inline" }`), {
    permissions: ["--no-prompt"],
  });
  assertEquals([code, stdout.trim()], [0, "2"], stderr);
});

for (
  const [what, options, permissions] of [
    ["threads", "{ threadsPerWorker: 1 }", ["--allow-read"]],
    ["processes", "{ processes: true, threadsPerWorker: 1 }", ["--allow-read", "--allow-run", "--allow-net"]],
  ] as const
) {
  Deno.test(`${what} need no more than ${permissions.join(", ")}`, async () => {
    const { code, stdout, stderr } = await runScript(connecting(options), {
      permissions: ["--no-prompt", ...permissions],
    });
    assertEquals([code, stdout.trim()], [0, "2"], stderr);
  });
}

for (const [what, options] of [["threads", "{ threadsPerWorker: 1 }"], ["processes", "{ processes: true }"]] as const) {
  Deno.test(`a program that may not read files hears at connect that it gets no ${what}`, async () => {
    const { code, stdout, stderr } = await runScript(connecting(options), {
      permissions: ["--no-prompt", "--allow-net", "--allow-run"],
    });
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, 'input/invalid Cannot start worker "worker-0": threads load modules from');
  });
}

Deno.test("a program that may start no process hears so at connect", async () => {
  const { code, stdout, stderr } = await runScript(connecting("{ processes: true }"), {
    permissions: ["--no-prompt", "--allow-net", "--allow-read"],
  });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, 'client/unreachable Cannot start worker "worker-0": Requires run access');
});

Deno.test("an actor for a thread fails at its spawn where no thread can be started", async () => {
  const source = `
    import { Actor, ActorSystem } from ${MODULE};
    class Counter extends Actor { value = 0; next() { return ++this.value; } }
    await using system = await ActorSystem.start();
    try {
      await system.spawn(Counter, { on: "thread" });
      console.log("spawned");
    } catch (error) {
      console.log(error.code, error.message);
    }
  `;
  const { stdout, stderr } = await runScript(source, { permissions: ["--no-prompt", "--allow-net"] });
  assertStringIncludes(stdout, "input/invalid Cannot", stderr);
  assertStringIncludes(stdout, "threads load modules from");
});
