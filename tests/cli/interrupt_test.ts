import { assertEquals, assertRejects } from "@std/assert";
import { Interrupt } from "../../cli/interrupt.ts";
import { TestProcess } from "./cli_process.ts";

Deno.test("Interrupt.orInterrupted() gives what the work gives", async () => {
  using interrupt = new Interrupt();
  assertEquals(await interrupt.orInterrupted(Promise.resolve(1)), 1);
  await assertRejects(() => interrupt.orInterrupted(Promise.reject(new Error("no"))), Error, "no");
  assertEquals(interrupt.signal.aborted, false);
});

Deno.test("Interrupt.orInterrupted() waits no longer than until the first signal", async () => {
  using interrupt = new Interrupt();
  const waiting = interrupt.orInterrupted(new Promise<number>(() => undefined));
  Deno.kill(Deno.pid, "SIGTERM");
  assertEquals(await waiting, undefined);
  assertEquals(interrupt.signal.aborted, true);
  assertEquals(await interrupt.orInterrupted(new Promise<number>(() => undefined)), undefined);
});

Deno.test("Interrupt ends the process at once with exit code 130 at the second signal", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const module = new URL("../../cli/interrupt.ts", import.meta.url).href;
    await Deno.writeTextFile(
      path,
      `import { Interrupt } from ${JSON.stringify(module)};
       using interrupt = new Interrupt();
       console.log("ready");
       await interrupt.orInterrupted(new Promise(() => {}));
       console.log("closing");
       await new Promise(() => {});`,
    );
    await using process = new TestProcess(path);
    await process.waitFor(/ready/);
    process.signal("SIGINT");
    await process.waitFor(/closing/);
    process.signal("SIGINT");
    assertEquals(await process.ended, { code: 130, stdout: "ready\nclosing\n", stderr: "" });
  } finally {
    await Deno.remove(path);
  }
});
