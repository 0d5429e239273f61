import { assertEquals, assertRejects } from "@std/assert";
import { Interrupt } from "../../cli/interrupt.ts";

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
