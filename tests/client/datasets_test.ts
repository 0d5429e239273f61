import { assert, assertEquals } from "@std/assert";
import { Client, type Future, LocalCluster } from "../../mod.ts";
import { failsWith } from "../support/codes.ts";
import { inc } from "./fake_world.ts";

const INLINE = { executors: "inline" } as const;

Deno.test("publish() and dataset() hand data with futures from one client to another", async () => {
  await using cluster = await LocalCluster.start(INLINE);
  const alice = await Client.connect(cluster);
  const [x, bad] = [
    alice.submit(inc, 1),
    alice.submit(() => {
      throw new RangeError("no");
    }),
  ];
  await alice.publish("parts", { x, also: [x, new Map([["bad", bad]])], note: "plain" });
  await alice.close();
  await using bob = await Client.connect(cluster);
  assertEquals(await bob.datasets(), ["parts"]);
  type Parts = { x: Future<number>; also: [Future<number>, Map<string, Future<never>>]; note: string };
  const parts = await bob.dataset<Parts>("parts");
  assertEquals([await parts.x.result(), await parts.also[0].result(), parts.note], [2, 2, "plain"]);
  assertEquals((await parts.also[1].get("bad")!.exception())?.message, "no");
  await bob.unpublish("parts");
  assertEquals([await bob.datasets(), await parts.x.result()], [[], 2]);
});

Deno.test("publish() keeps a future alive that its client releases, also unfinished", async () => {
  await using client = await Client.connect(INLINE);
  const x = client.submit(inc, 1);
  await client.publish("x", x);
  x.release();
  const [again] = await Promise.all([client.dataset<Future<number>>("x"), client.unpublish("x")]);
  assertEquals(await again.result(), 2);
});

Deno.test("publish(), dataset() and unpublish() refuse what is wrong", async () => {
  await using client = await Client.connect(INLINE);
  const x = client.submit(inc, 1);
  await client.publish("x", x);
  const taken = await failsWith("dataset/exists", () => client.publish("x", x));
  assertEquals(taken.message, 'Cannot publish "x": the name is taken');
  await client.publish("x", [x], { replace: true });
  assertEquals((await client.dataset<Future<number>[]>("x")).length, 1);
  const unknown = await failsWith("dataset/not-found", () => client.dataset("y"));
  assert(unknown.hint?.includes("client.datasets()"));
  await client.unpublish("y");
  await failsWith("input/invalid", () => client.publish("", x));
  await failsWith("input/invalid", () => client.publish("x", x, { replace: 1 as unknown as boolean }));
  const refused = await failsWith("task/not-serializable", () => client.publish("z", [new WeakMap()]));
  assertEquals(refused.message.split(":")[0], 'Cannot publish "z"');
  x.release();
  await failsWith("future/released", () => client.publish("z", x));
});
