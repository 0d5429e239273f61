import { assertEquals } from "@std/assert";
import { processCore } from "../../actors/actor/process_core.ts";
import { keepingAlive } from "../../actors/base/keep_alive.ts";
import { planCluster } from "../../actors/cluster/cluster_plan.ts";
import { ProcessMember, ThreadMember } from "../../actors/cluster/crew_members.ts";
import { startScheduler } from "../../actors/scheduler/start_scheduler.ts";

for (const kind of [ThreadMember, ProcessMember]) {
  Deno.test(`${kind.name} registers at its start, says goodbye at its stop, and may be stopped unstarted`, async () => {
    const core = processCore({});
    core.dialer.listen("tcp://127.0.0.1:0");
    const lines: string[] = [];
    const scheduler = await startScheduler(core, { onShutDown: () => {}, onLog: (line) => lines.push(line) });
    const plan = planCluster({ threadsPerWorker: 1, token: "" });
    const ground = { core, schedulerId: scheduler.id, plan, workersInProcess: 1 };
    await new kind("unstarted", ground).stop();
    const member = new kind("w", ground);
    await keepingAlive(async () => {
      await member.start();
      await member.stop();
    });
    await core.close();
    const happened = lines.map((line) => line.replace(/tcp:\/\/127\.0\.0\.1:\d+/, "there"));
    assertEquals(happened, ["Register worker there/w", "Remove worker there/w: it was stopped"]);
  });
}
