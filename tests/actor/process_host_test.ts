import { assert, assertEquals } from "@std/assert";
import { type ProcessHost, startProcessHost } from "../../actors/actor/process_host.ts";
import type { SystemCore } from "../../actors/actor/system_core.ts";
import type { Ref } from "../../actors/actor/ref.ts";
import { keepAwake, openCore, textConversation } from "../support/cores.ts";

const MODULE = import.meta.resolve("./host_probe.ts");

async function startProbe(
  core: SystemCore,
): Promise<{ host: ProcessHost; probe: Ref<string, string>; lines: string[] }> {
  const lines: string[] = [];
  const host = await startProcessHost(core, { name: "probe", onLine: (line) => lines.push(line) });
  const spec = { module: MODULE, export: "probe", name: "probe", args: null, conversation: textConversation };
  return { host, probe: await host.spawn(spec), lines };
}

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended: only its parent has not looked yet.
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

async function ended(pid: number): Promise<boolean> {
  for (let i = 0; i < 200 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  return !isAlive(pid);
}

Deno.test("startProcessHost() starts an actor by URL in another process, and ends it", async () => {
  using _awake = keepAwake();
  const core = openCore("a");
  const { host, probe } = await startProbe(core);
  assertEquals([await probe.ask("hello"), await probe.ask("pid")], ["hello", String(host.pid)]);
  const exit = await host.terminate();
  assertEquals([exit.signal, await host.terminate() === exit, isAlive(host.pid)], ["SIGKILL", true, false]);
  await core.close();
});

Deno.test("ProcessHost.exited tells signal and last lines after kill -9", async () => {
  using _awake = keepAwake();
  const core = openCore("a");
  const { host, probe, lines } = await startProbe(core);
  await probe.ask("print");
  const down = Promise.withResolvers<string>();
  probe.watch((notice) => down.resolve(notice.reason));
  Deno.kill(host.pid, "SIGKILL");
  const exit = await host.exited;
  assertEquals([exit.reason, exit.signal], ["was killed by SIGKILL", "SIGKILL"]);
  assertEquals([exit.lastLines, lines, await down.promise], [["last words"], ["last words"], "link/down"]);
  await core.close();
});

Deno.test("ProcessHost.exited tells the exit code", async () => {
  using _awake = keepAwake();
  const core = openCore("a");
  const { host, probe } = await startProbe(core);
  probe.tell("exit");
  assertEquals((await host.exited).reason, "exited with code 7");
  await core.close();
});

Deno.test("ProcessHost survives SIGINT, which its whole group gets, until its parent closes it", async () => {
  using _awake = keepAwake();
  const core = openCore("a");
  const { host, probe } = await startProbe(core);
  Deno.kill(host.pid, "SIGINT");
  assertEquals(await probe.ask("still here"), "still here");
  await core.close();
  assertEquals((await host.exited).reason, "exited with code 0");
});

Deno.test("ProcessHost ends when its parent is killed", async () => {
  const program = import.meta.resolve("./process_parent.ts");
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--config", configPath(), new URL(program).pathname],
    stdout: "piped",
  }).spawn();
  const pid = await firstLine(parent.stdout, Number);
  assert(isAlive(pid));
  parent.kill("SIGKILL");
  await parent.status;
  assert(await ended(pid), `process ${pid} outlived its parent`);
});

function configPath(): string {
  return new URL("../../deno.json", import.meta.url).pathname;
}

async function firstLine<T>(stream: ReadableStream<Uint8Array>, parse: (line: string) => T): Promise<T> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return parse(text.split("\n")[0]!);
}
