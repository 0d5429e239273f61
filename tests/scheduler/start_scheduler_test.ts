import { assertEquals } from "@std/assert";
import { startScheduler } from "../../actors/scheduler/start_scheduler.ts";
import { failsWith } from "../support/codes.ts";
import { ofType, SchedulerRig, submit } from "./scheduler_rig.ts";

Deno.test("startScheduler() makes the one actor of that name in its system", async () => {
  await using rig = await SchedulerRig.start();
  assertEquals([rig.ref.address.actor, rig.core.actors.map(({ name }) => name)], ["scheduler", ["scheduler"]]);
  const again = () => startScheduler(rig.core, { onShutDown: () => {}, onLog: () => {} });
  await failsWith("actor/name-taken", again);
});

Deno.test("startScheduler() lets a task wait 300 s for a worker that fits, unless told otherwise", async () => {
  await using rig = await SchedulerRig.start();
  const client = await rig.client();
  await rig.worker("alice");
  const [define] = submit("k");
  const options = {
    ...{ priority: undefined, retries: 0, timeoutMs: undefined, noWorkerTimeoutMs: undefined, resources: undefined },
    ...{ workers: ["bob"], allowOtherWorkers: false },
  };
  client.say(define!, { type: "submit", key: "k", fn: "f", args: [], deps: [], options, parent: undefined });
  await rig.settle();
  rig.clock.advance(299_999);
  await rig.settle();
  assertEquals(ofType(client.heard, "failed"), []);
  rig.clock.advance(1);
  await rig.settle();
  assertEquals(ofType(client.heard, "failed").map(({ key }) => key), ["k"]);
});
