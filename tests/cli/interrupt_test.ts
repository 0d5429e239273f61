import { assertEquals, assertRejects } from "@std/assert";
import { Interrupt } from "../../cli/interrupt.ts";
import { TestProcess } from "./cli_process.ts";

Deno.test("Interrupt.orInterrupted() gives what the work gives", async () => {
  using interrupt = new Interrupt();
  assertEquals(await interrupt.orInterrupted(Promise.resolve(1)), 1);
  await assertRejects(() => interrupt.orInterrupted(Promise.reject(new Error("no"))), Error, "no");
  assertEquals(interrupt.signal.aborted, false);
});

Deno.test("Interrupt ends the wait at the first signal, and the process with exit code 130 at the second", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const module = new URL("../../cli/interrupt.ts", import.meta.url).href;
    await Deno.writeTextFile(
      path,
      `import { Interrupt } from ${JSON.stringify(module)};
       using interrupt = new Interrupt();
       console.log("ready");
       await interrupt.orInterrupted(new Promise(() => {}));
       console.log("closing", interrupt.signal.aborted);
       await new Promise(() => {});`,
    );
    for (const [first, second] of [["SIGINT", "SIGINT"], ["SIGTERM", "SIGINT"], ["SIGINT", "SIGTERM"]] as const) {
      await using process = new TestProcess(path);
      await process.waitFor(/ready/);
      process.signal(first);
      await process.waitFor(/closing true/);
      process.signal(second);
      assertEquals(await process.ended, { code: 130, stdout: "ready\nclosing true\n", stderr: "" });
    }
  } finally {
    await Deno.remove(path);
  }
});
