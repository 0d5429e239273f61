import { assertEquals, assertMatch } from "@std/assert";
import { progress } from "@troupe/troupe";
import { ProgressWatch } from "../../actors/client/progress_watch.ts";
import { Future } from "../../actors/client/future.ts";
import { failsWith } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { runScript } from "../support/scripts.ts";
import { connected, failed, finished, inc, settle, sum } from "./fake_world.ts";

function watchOf(futures: readonly Future<unknown>[], clock: FakeClock): ProgressWatch {
  return new ProgressWatch(futures.map((future) => Future.stateOf(future, "test")), clock);
}

Deno.test("progress() refuses what is no future, and is over at once without any", async () => {
  await failsWith("input/invalid", () => Reflect.apply(progress, undefined, [[1]]));
  await failsWith("input/invalid", () => Reflect.apply(progress, undefined, [5]));
  const { client } = connected();
  const future = client.submit(inc, 1);
  future.release();
  await failsWith("future/released", () => progress([future]));
  await progress([]);
});

Deno.test("ProgressWatch counts futures by function name, failures apart", async () => {
  const { client, session } = connected();
  const clock = new FakeClock();
  const xs = client.map(inc, [1, 2, 3]);
  session.receive([finished(xs[0]?.key ?? "", 2)]);
  const total = client.submit(sum, xs);
  const watch = watchOf([...xs, total], clock);
  session.receive([failed(xs[1]?.key ?? "", new Error("no"))]);
  clock.advance(2_000);
  assertEquals(watch.look(), {
    groups: [
      { name: "inc", total: 3, done: 2, failed: 1, before: 1 },
      { name: "sum", total: 1, done: 0, failed: 0, before: 0 },
    ],
    elapsedMs: 2_000,
    isOver: false,
  });
  await client.close();
  watch.end();
  assertEquals(watch.look().groups.map(({ done, failed }) => [done, failed]), [[3, 2], [1, 1]]);
});

Deno.test("ProgressWatch shows the tasks that futures still need, as the scheduler counts them", async () => {
  const { client, session, world } = connected();
  const clock = new FakeClock();
  const total = client.submit(sum, [client.submit(inc, 1), client.submit(inc, 2)]);
  const watch = watchOf([total], clock);
  watch.look();
  await settle();
  const [question] = world.said("query");
  assertEquals([question?.what, question?.about], ["unfinished-inputs", [total.key]]);
  session.receive([{ type: "answer", ackId: question?.ackId ?? 0, value: { inc: 2 } }]);
  await settle();
  clock.advance(1_000);
  assertEquals(watch.look().groups.map(({ name, done, total }) => [name, done, total]), [["inc", 0, 2], ["sum", 0, 1]]);
  await settle();
  session.receive([{ type: "answer", ackId: world.said("query")[1]?.ackId ?? 0, value: { inc: 1 } }]);
  await settle();
  assertEquals(watch.look().groups.map(({ done }) => done), [1, 0]);
  session.receive([finished(total.key, 5)]);
  watch.end();
  assertEquals(watch.look().groups.map(({ done }) => done), [2, 1]);
});

const SCRIPT = `
import { Client, progress } from "@troupe/troupe";
await using client = await Client.connect({ threadsPerWorker: 2 });
const inc = (x: number) => x + 1;
const half = (x: number) => {
  if (x % 2 === 1) throw new RangeError("odd");
  if (x === 0) console.log("half of nothing");
  return x / 2;
};
const xs = client.map(inc, [0, 1, 2, 3]);
await progress(client.submit((a: number, b: number) => a + b, xs[0]!, xs[1]!));
await progress([...xs, ...client.map(half, [0, 1, 2, 3])]);
void progress(xs);
console.log("the program's own output");
`;

Deno.test("progress() prints plain lines to standard error when that is no terminal", async () => {
  const { code, stdout, stderr } = await runScript(SCRIPT);
  assertEquals([code, stdout.split("\n").sort()], [0, ["", "half of nothing", "the program's own output"]]);
  // On a slow machine there are lines in between; the last one, of what was done before, may not come any more.
  const [first = "", second = ""] = stderr.split("\n").filter((line) => / in [\d.]+ s$/.test(line));
  assertMatch(first, /^progress: .*lambda 1\/1; in [\d.]+ s$/);
  assertMatch(second, /^progress: inc 4\/4, half 4\/4 \(2 failed\); in [\d.]+ s$/);
});

Deno.test("progress() inside a task prints lines where the task was submitted", async () => {
  const { code, stdout, stderr } = await runScript(`
    import { Client, getClient, progress } from "@troupe/troupe";
    await using client = await Client.connect({ threadsPerWorker: 1 });
    const future = client.submit(async () => {
      const client = getClient();
      await progress(client.map((x: number) => x + 1, [1, 2]));
      return "done";
    });
    console.log(await future.result());
  `);
  assertEquals([code, stdout], [0, "done\n"]);
  assertMatch(stderr, /progress: lambda 2\/2; in [\d.]+ s\n$/);
});
