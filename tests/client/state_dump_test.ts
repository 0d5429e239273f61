import { assert, assertEquals } from "@std/assert";
import { decode } from "@std/msgpack";
import { Client } from "../../mod.ts";
import { failsWith } from "../support/codes.ts";
import { connected, inc, settle } from "./fake_world.ts";

interface Dump {
  readonly scheduler: {
    readonly tasks: readonly { readonly key: string; readonly state: string; readonly story: readonly unknown[] }[];
    readonly datasets: readonly unknown[];
  };
  readonly workers: Record<string, { readonly values?: readonly { key: string }[]; readonly unreachable?: string }>;
}

Deno.test("dumpState() writes what scheduler and workers know, as MessagePack and as JSON alike", async () => {
  await using client = await Client.connect({ workers: 2, executors: "inline" });
  const x = client.submit(inc, 1);
  const stuck = client.with({ resources: { gpu: 1 } }).submit(inc, x);
  await x.result();
  await client.publish("kept", x);
  const folder = await Deno.makeTempDir();
  try {
    await client.dumpState(`${folder}/state.msgpack`);
    await client.dumpState(new URL(`file://${folder}/state.json`));
    const packed = decode(await Deno.readFile(`${folder}/state.msgpack`)) as unknown as Dump;
    const json = JSON.parse(await Deno.readTextFile(`${folder}/state.json`)) as Dump;
    for (const { scheduler, workers } of [packed, json]) {
      const states = Object.fromEntries(scheduler.tasks.map(({ key, state }) => [key, state]));
      assertEquals(states, { [x.key]: "memory", [stuck.key]: "no-worker" });
      assertEquals(scheduler.datasets, [{ name: "kept", keys: [x.key] }]);
      assert(scheduler.tasks[0]!.story.length >= 3);
      const held = Object.values(workers).flatMap(({ values }) => values!.map(({ key }) => key));
      assertEquals([Object.keys(workers).length, held], [2, [x.key]]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("dumpState() notes a worker that cannot be reached", async () => {
  const { client, world, session } = connected();
  const path = await Deno.makeTempFile({ suffix: ".json" });
  const dumping = client.dumpState(path);
  await settle();
  const ackId = world.said("query")[0]!.ackId;
  session.receive([{ type: "answer", ackId, value: { tasks: [], datasets: [], workers: [{ id: "w1" }] } }]);
  await dumping;
  const dump = JSON.parse(await Deno.readTextFile(path)) as Dump;
  await Deno.remove(path);
  assertEquals(dump.workers, { w1: { unreachable: "no route to w1" } });
});

Deno.test("dumpState() refuses what is no path", async () => {
  const { client } = connected();
  await failsWith("input/invalid", () => client.dumpState(""));
  await failsWith("input/invalid", () => client.dumpState(7 as unknown as string));
});
