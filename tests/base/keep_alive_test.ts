import { assertEquals, assertRejects } from "@std/assert";
import { KeepAlive, keepingAlive } from "../../actors/base/keep_alive.ts";

/** What a process of its own prints, and how it ends; killed when it is alive for too long. */
async function run(body: string, timeoutMs: number): Promise<readonly [code: number, printed: string]> {
  const module = JSON.stringify(new URL("../../actors/base/keep_alive.ts", import.meta.url).href);
  const script = `import { KeepAlive, keepingAlive } from ${module}; const alive = new KeepAlive(); ${body}`;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", `data:text/javascript,${encodeURIComponent(script)}`],
    signal: AbortSignal.timeout(timeoutMs),
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

/** Rings after the time in which a process without holders would have ended, without keeping it alive. */
const LATER = `Deno.unrefTimer(setTimeout(() => { console.log("alive"); alive.release(); }, 50));`;

Deno.test("KeepAlive.hold() keeps the process alive until the last holder has released", async () => {
  assertEquals(await run(`alive.hold(); alive.hold(); alive.release(); ${LATER}`, 30_000), [0, "alive\n"]);
});

Deno.test("KeepAlive.release() lets the process end, also when called too often", async () => {
  assertEquals(await run(`alive.hold(); alive.release(); alive.release(); ${LATER}`, 30_000), [0, ""]);
  assertEquals(await run(`alive.release(); alive.hold(); ${LATER}`, 30_000), [0, "alive\n"]);
});

Deno.test("KeepAlive leaves no timer behind", () => {
  const alive = new KeepAlive();
  for (let i = 0; i < 3; i++) alive.hold();
  for (let i = 0; i < 3; i++) alive.release();
  // The sanitizer fails this test for an interval that is still on.
});

Deno.test("KeepAlive that lasts lets the process end between its holders, and leaves no timer behind after its end", async () => {
  const lasting = "const lasting = new KeepAlive({ isLasting: true });";
  assertEquals(await run(`${lasting} lasting.hold(); lasting.release(); ${LATER}`, 30_000), [0, ""]);
  const again = `${lasting} lasting.hold(); lasting.release(); lasting.hold();
    Deno.unrefTimer(setTimeout(() => { console.log("alive"); lasting.release(); }, 50));`;
  assertEquals(await run(again, 30_000), [0, "alive\n"]);
  const alive = new KeepAlive({ isLasting: true });
  alive.hold();
  alive.release();
  alive.end();
  const held = new KeepAlive({ isLasting: true });
  held.hold();
  held.end();
  held.release();
  held.hold(); // a wait for the end itself
  held.release();
});

Deno.test("keepingAlive() gives what the work gives and leaves no timer behind, also when it fails", async () => {
  assertEquals(await keepingAlive(() => Promise.resolve(7)), 7);
  await assertRejects(() => keepingAlive(() => Promise.reject(new Error("no"))), Error, "no");
});
