import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../actors/base/clock.ts";

Deno.test("systemClock shows time that does not go back", () => {
  const beforeMs = systemClock.nowMs();
  const wallBeforeMs = Date.now();
  const wallMs = systemClock.wallMs();
  assert(systemClock.nowMs() >= beforeMs);
  assert(wallMs >= wallBeforeMs && wallMs <= Date.now());
});

Deno.test("systemClock.after() rings once, in the order of the delays", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const rung: string[] = [];
  systemClock.after(0, () => rung.push("early"));
  // Far enough apart for any stall of a busy machine between these two lines.
  systemClock.after(200, () => {
    rung.push("late");
    resolve();
  }, { keepAlive: true });
  await promise;
  assertEquals(rung, ["early", "late"]);
});

Deno.test("systemClock.after() never rings when cancelled, and takes a second cancel", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const rung: string[] = [];
  const timer = systemClock.after(0, () => rung.push("cancelled"));
  timer.cancel();
  timer.cancel();
  const last = systemClock.after(1, () => {
    rung.push("last");
    resolve();
  }, { keepAlive: true });
  await promise;
  last.cancel();
  assertEquals(rung, ["last"]);
});

Deno.test("systemClock.after() keeps the process alive only when asked to", async () => {
  const module = JSON.stringify(new URL("../../actors/base/clock.ts", import.meta.url).href);
  const script = `import { systemClock } from ${module};
    systemClock.after(60_000, () => console.log("never"));
    systemClock.after(1, () => console.log("asked"), { keepAlive: true });`;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", `data:text/javascript,${encodeURIComponent(script)}`],
    signal: AbortSignal.timeout(30_000),
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "asked\n"]);
});
