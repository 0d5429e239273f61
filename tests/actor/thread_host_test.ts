import { assert, assertEquals } from "@std/assert";
import { startThreadHost, type ThreadHost } from "../../actors/actor/thread_host.ts";
import type { SystemCore } from "../../actors/actor/system_core.ts";
import type { Ref } from "../../actors/actor/ref.ts";
import { failsWith } from "../support/codes.ts";
import { keepAwake, openCore, textConversation } from "../support/cores.ts";
import { runCheckoutScript } from "../support/scripts.ts";

const MODULE = import.meta.resolve("./host_probe.ts");
const MB = 1024 ** 2;

async function startProbe(core: SystemCore): Promise<{ host: ThreadHost; probe: Ref<string, string> }> {
  const host = startThreadHost(core, { name: "probe", heapBytesMax: 48 * MB });
  const spec = { module: MODULE, export: "probe", name: "probe", args: null, conversation: textConversation };
  return { host, probe: await host.spawn(spec) };
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

Deno.test("ThreadHost.terminate() frees the CPU of a thread that spins, and leaves no thread behind in 20 rounds", async () => {
  const { code, stdout, stderr } = await runCheckoutScript("tests/actor/thread_ends.ts");
  assertEquals([code, stderr], [0, ""]);
  const { ticksAfterSpin, threadsLeft } = JSON.parse(stdout);
  assert(ticksAfterSpin < 15, `${ticksAfterSpin} ticks in 500 ms`);
  // The runtime's own pool may grow by one or two; 20 threads left would show.
  assert(threadsLeft <= 2, `${threadsLeft} threads more than before`);
});

Deno.test("ThreadHost.terminate() of a thread that is starting makes the runtime print nothing", async () => {
  const { code, stdout, stderr } = await runCheckoutScript("tests/actor/thread_starts.ts");
  assertEquals([code, stdout, stderr], [0, "all ended\n", ""]);
});
