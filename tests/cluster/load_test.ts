import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { CLUSTER_DOOR, doorOf } from "../../actors/client/cluster_handle.ts";
import { LoadProbe, readLoad } from "../../actors/cluster/load.ts";
import { LocalCluster } from "../../actors/cluster/local_cluster.ts";

Deno.test("readLoad() counts what could run now, all tasks, and each worker's burden", () => {
  const counts = { tasks: { waiting: 5, queued: 3, "no-worker": 1, processing: 2, memory: 10 } };
  const workers = { "tcp://a": { name: "w0", busy: 2, held: 3 }, "tcp://b": { name: "w1", busy: 0, held: 0 } };
  assertEquals(readLoad(counts, workers), {
    ready: 6,
    tasks: 21,
    workers: [{ name: "w0", isIdle: false, held: 3 }, { name: "w1", isIdle: true, held: 0 }],
  });
});

Deno.test("readLoad() refuses answers of another shape", () => {
  const bad: [unknown, unknown][] = [
    [undefined, {}],
    [{}, {}],
    [{ tasks: { queued: "many" } }, {}],
    [{ tasks: {} }, { a: { busy: 0, held: 0 } }],
    [{ tasks: {} }, { a: { name: "w", busy: -1, held: 0 } }],
  ];
  for (const [counts, workers] of bad) {
    const error = assertThrows(() => readLoad(counts, workers));
    assert(TroupeError.is(error, "wire/malformed"));
  }
});

Deno.test("LoadProbe reads the load of a running scheduler, and rejects when that has ended", async () => {
  await using cluster = await LocalCluster.start({ executors: "inline", workers: 2 });
  assert(CLUSTER_DOOR in cluster);
  const { core, schedulerId } = doorOf(cluster)!;
  const probe = new LoadProbe(core, schedulerId);
  assertEquals(await probe.read(), {
    ready: 0,
    tasks: 0,
    workers: [{ name: "worker-0", isIdle: true, held: 0 }, { name: "worker-1", isIdle: true, held: 0 }],
  });
  await cluster.close();
  await assertRejects(() => probe.read());
  await probe.close();
});
