import { assert, assertEquals } from "@std/assert";
import { packedBytes } from "../../actors/protocol/packed.ts";
import { connected, settle } from "./fake_world.ts";

const big = () => new Uint8Array(200_000).fill(7);
const measure = (i: number, bytes: Uint8Array) => i + bytes.length;

Deno.test("map() says a big value that its calls share once, as a task that they depend on", async () => {
  const { client, world } = connected();
  const value = big();
  const futures = client.map(measure, [1, 2, 3], [value, value, value]);
  await settle();
  assertEquals(world.types(), [["define-function", "define-function", "submit-graph", "release"]]);
  const [graph] = world.said("submit-graph");
  const [valueKey = "", ...keys] = graph!.keys;
  assertEquals(keys, futures.map(({ key }) => key));
  assertEquals(graph!.args.slice(1), [[1, [0]], [2, [0]], [3, [0]]]);
  assertEquals(graph!.deps, [[], [valueKey], [valueKey], [valueKey]]);
  assert(packedBytes(graph!.args[0]![0]!) >= value.length);
  // Only the calls need it.
  assertEquals(world.said("release")[0]?.keys, [valueKey]);
});

Deno.test("map() gives calls the same keys whether they share a value or not", () => {
  const { client } = connected();
  const value = big();
  const shared = client.map(measure, [1, 2], [value, value]);
  const alone = connected().client;
  assertEquals(shared.map(({ key }) => key), [1, 2].map((i) => alone.submit(measure, i, big()).key));
  assertEquals(shared.map(({ key }) => key), alone.map(measure, [1, 2], [big(), big()]).map(({ key }) => key));
});

Deno.test("map() shares what its function captured, long texts and values that hold futures, but nothing small", async () => {
  const { client, world } = connected();
  const captured = big();
  const text = "x".repeat(200_000);
  const future = client.submit((x: number) => x, 1);
  const holder = new Map<string, unknown>([["future", future], ["bytes", big()]]);
  const small = new Uint8Array(1_000);
  const use = (i: number, ...rest: unknown[]) => i + captured.length + rest.length;
  client.map(use, [1, 2], [text, text], [holder, holder], [small, small]);
  await settle();
  const [graph] = world.said("submit-graph");
  assertEquals(graph!.keys.length, 5);
  const [environment, one, valueOfText, valueOfMap, ownBytes] = graph!.args[3]!;
  assertEquals([environment, one, valueOfText, valueOfMap], [[0], 1, [1], [2]]);
  assert(ownBytes instanceof Uint8Array, "what is small goes with each call");
  const kept = world.said("keep").map(({ keys }) => keys);
  assertEquals(kept, [[future.key], [future.key], [future.key]]);
});

Deno.test("map() leaves alone what one call has, what is claimed already, and where futures are inside", async () => {
  const { client, world } = connected();
  const value = big();
  client.map(measure, [1], [value]);
  await settle();
  client.map(measure, [1, 1], [value, value]);
  await settle();
  const future = client.submit((x: number) => x, 1);
  const nested = { bytes: value, future };
  client.map((i: number, data: { bytes: Uint8Array; future: number }) => i + data.future, [1, 2], [nested, nested]);
  await settle();
  assertEquals([world.said("submit-graph").length, world.said("submit-map").length], [0, 2]);
});
