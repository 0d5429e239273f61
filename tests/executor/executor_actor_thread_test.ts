import { assert, assertEquals, assertGreater } from "@std/assert";
import { ExecutorRig } from "./executor_rig.ts";

Deno.test("executorActor in a thread fails the run whose error nobody caught, and lives on", async () => {
  await using rig = await ExecutorRig.start({ thread: true });
  const throwsLater = () =>
    new Promise(() => {
      setTimeout(() => {
        throw new RangeError("in a timer");
      }, 1);
    });
  const rejects = () => {
    void Promise.reject(new TypeError("floating"));
    return new Promise(() => {});
  };
  const [timer, floating] = [rig.run(throwsLater), rig.run(rejects)];
  assertEquals(String(await rig.failure(timer)), "RangeError: in a timer");
  assertEquals(String(await rig.failure(floating)), "TypeError: floating");
  assertEquals(await rig.result(rig.run(() => "still here")), "still here");
});

Deno.test("executorActor in a thread tells a grown heap limit, and its own runs, in pongs", async () => {
  await using rig = await ExecutorRig.start({ thread: true });
  rig.tell({ type: "ping", pingId: 1 });
  const { heapLimitBytes, runIds } = await rig.next("pong");
  assertGreater(heapLimitBytes, 2 ** 27 - 1);
  assert(heapLimitBytes < 2 ** 29, `${heapLimitBytes}`);
  assertEquals(runIds, []);
});
