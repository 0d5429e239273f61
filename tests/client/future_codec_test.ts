import { assert, assertEquals } from "@std/assert";
import { ArgumentPacker } from "../../actors/client/arguments.ts";
import { unpackArguments } from "../../actors/client/unpack_arguments.ts";
import { Future } from "../../actors/client/future.ts";
import { failsWith } from "../support/codes.ts";
import { connected, finished, inc, settle } from "./fake_world.ts";

Deno.test("futures in a Map or Set arrive as futures, claimed by who reads them", async () => {
  const place = connected();
  const x = place.client.submit(inc, 1);
  const there = connected();
  const { args, deps } = new ArgumentPacker(place.session, Infinity).pack([new Map([["x", x]]), new Set([x])], {
    name: "f",
    environment: undefined,
  });
  assertEquals(deps, []);
  const read = (tag: string, payload: unknown) => there.session.read(tag, payload);
  const [map] = unpackArguments(args, () => undefined, read);
  assert(map instanceof Map);
  const future: unknown = map.get("x");
  assert(Future.is(future));
  assertEquals(future.key, x.key);
  await settle();
  assertEquals(there.world.said("claim"), [{ type: "claim", keys: [x.key] }]);
  there.session.receive([finished(x.key, 2)]);
  assertEquals(await future.result(), 2);
});

Deno.test("a future of another cluster is refused, as argument and where it arrives", async () => {
  const here = connected("tcp://10.0.0.1:8786");
  const there = connected("tcp://10.0.0.2:8786");
  const x = here.client.submit(inc, 1);
  const error = await failsWith("future/foreign", () => there.client.submit(inc, x));
  assert(error.message.startsWith(`Cannot submit task "inc": future "${x.key}" belongs to "tcp://10.0.0.1:8786"`));
  await failsWith("future/foreign", () => there.client.submit((m: unknown) => m, new Map([[1, x]])));
  await failsWith("future/foreign", () => there.session.read("future", [x.key, "tcp://10.0.0.1:8786"]));
  await failsWith("wire/malformed", () => there.session.read("future", 5));
  await failsWith("wire/malformed", () => there.session.read("teapot", 5));
});

Deno.test("a future of another client of the same cluster is fine; a closed one's is client/closed", async () => {
  const [one, two] = [connected(), connected()];
  const x = one.client.submit(inc, 1);
  two.client.submit(inc, x);
  assertEquals(one.world.types(), [["define-function", "submit"]]); // said before the other client's words
  await settle();
  assertEquals(two.world.said("submit")[0]?.deps, [x.key]);
  await one.client.close();
  await failsWith("client/closed", () => two.client.submit(inc, x));
});
