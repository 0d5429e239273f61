import { assert, assertEquals } from "@std/assert";
import { startThreadHost, type ThreadHost } from "../../actors/actor/thread_host.ts";
import type { SystemCore } from "../../actors/actor/system_core.ts";
import type { Ref } from "../../actors/actor/ref.ts";
import { failsWith } from "../support/codes.ts";
import { keepAwake, openCore, textConversation } from "../support/cores.ts";

const MODULE = import.meta.resolve("./host_probe.ts");
const MB = 1024 ** 2;

async function startProbe(core: SystemCore): Promise<{ host: ThreadHost; probe: Ref<string, string> }> {
  const host = startThreadHost(core, { name: "probe", heapBytesMax: 48 * MB });
  const spec = { module: MODULE, export: "probe", name: "probe", args: null, conversation: textConversation };
  return { host, probe: await host.spawn(spec) };
}

/** CPU time of this process, in clock ticks of 10 ms. */
function cpuTicks(): number {
  const fields = Deno.readTextFileSync("/proc/self/stat").split(") ")[1]!.split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function threadCount(): number {
  return Number(/^Threads:\s+(\d+)/m.exec(Deno.readTextFileSync("/proc/self/status"))![1]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("startThreadHost() starts an actor by URL in another thread of this process", async () => {
  using _awake = keepAwake();
  const core = openCore("a");
  const { host, probe } = await startProbe(core);
  assertEquals([await probe.ask("hello"), await probe.ask("pid")], ["hello", String(Deno.pid)]);
  const spec = { module: MODULE, name: "x", args: null, conversation: textConversation };
  await failsWith("wire/malformed", () => host.spawn({ ...spec, export: "nothing" }));
  const missing = await host.spawn({ ...spec, module: "file:///no/such/module.ts", export: "x" }).catch((e) => e);
  assert(missing instanceof Error && missing.message.includes("no/such/module"), String(missing));
  const exits = await Promise.all([host.terminate(), host.terminate(), host.exited]);
  assertEquals(exits[0], exits[2]);
  await core.close();
});

const ENDS: readonly (readonly [deed: string, reason: RegExp, exitCode: number])[] = [
  ["throw", /^failed with RangeError: late/, 1],
  ["reject", /^failed with RangeError: unheard/, 1],
  ["exit", /^exited with code 7$/, 7],
  ["process-exit", /^exited with code 8$/, 8],
  ["oom", /^ran out of memory$/, 1],
];

for (const [deed, reason, exitCode] of ENDS) {
  Deno.test(`ThreadHost.exited tells how the thread ended after "${deed}", and watches fire`, async () => {
    using _awake = keepAwake();
    const core = openCore("a");
    const { host, probe } = await startProbe(core);
    const down = Promise.withResolvers<string>();
    probe.watch((notice) => down.resolve(notice.reason));
    probe.tell(deed);
    const exit = await host.exited;
    assert(reason.test(exit.reason), exit.reason);
    assertEquals([exit.exitCode, await down.promise], [exitCode, "link/down"]);
    await failsWith("link/down", () => probe.ask("anybody"));
    await core.close();
  });
}

Deno.test("ThreadHost.terminate() ends a thread that spins, and the CPU is free", async () => {
  using _awake = keepAwake();
  const core = openCore("a");
  const { host, probe } = await startProbe(core);
  probe.tell("spin");
  const before = await host.cpuMicros();
  while (await host.cpuMicros() < before + 30_000) await pause(10);
  await host.terminate();
  await pause(100);
  const ticks = cpuTicks();
  await pause(500);
  // A spinning thread would use up to 50 ticks.
  assert(cpuTicks() - ticks < 15, `${cpuTicks() - ticks} ticks in 500 ms`);
  await core.close();
});

Deno.test("startThreadHost() leaves no thread behind in 20 starts and ends", async () => {
  using _awake = keepAwake();
  const core = openCore("a");
  const churn = async () => {
    const { host, probe } = await startProbe(core);
    await probe.ask("hello");
    await host.terminate();
  };
  await churn();
  await pause(50);
  const before = threadCount();
  for (let i = 0; i < 20; i++) await churn();
  for (let i = 0; i < 40 && threadCount() > before; i++) await pause(50);
  // The runtime's own pool may grow by one or two; 20 threads left would show.
  assert(threadCount() <= before + 2, `${threadCount()} threads, ${before} before`);
  await core.close();
});
