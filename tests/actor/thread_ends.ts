/** Alone in its process, so that what it counts is its own: CPU after a spinning thread's end, threads after many. */
import { startThreadHost, type ThreadHost } from "../../actors/actor/thread_host.ts";
import type { Ref } from "../../actors/actor/ref.ts";
import type { SystemCore } from "../../actors/actor/system_core.ts";
import { keepAwake, openCore, textConversation } from "../support/cores.ts";

const MODULE = import.meta.resolve("./host_probe.ts");

async function startProbe(core: SystemCore): Promise<{ host: ThreadHost; probe: Ref<string, string> }> {
  const host = startThreadHost(core, { name: "probe", heapBytesMax: 48 * 1024 ** 2 });
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

/** Ticks within half a second after the end of a thread that spins; on as it was, they would be up to 50. */
async function ticksAfterSpin(core: SystemCore): Promise<number> {
  const { host, probe } = await startProbe(core);
  probe.tell("spin");
  const before = await host.cpuMicros();
  while (await host.cpuMicros() < before + 30_000) await pause(10);
  await host.terminate();
  await pause(100);
  const ticks = cpuTicks();
  await pause(500);
  return cpuTicks() - ticks;
}

/** Threads more than before, after 20 were started and ended. */
async function threadsLeft(core: SystemCore): Promise<number> {
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
  return threadCount() - before;
}

using _awake = keepAwake();
const core = openCore("a");
const report = { ticksAfterSpin: await ticksAfterSpin(core), threadsLeft: await threadsLeft(core) };
await core.close();
console.log(JSON.stringify(report));
