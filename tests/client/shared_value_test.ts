import { assert, assertEquals } from "@std/assert";
import { unpackArguments } from "../../actors/client/unpack_arguments.ts";
import { Flag } from "../../actors/client/flag.ts";
import { Lock } from "../../actors/client/lock.ts";
import { MultiLock } from "../../actors/client/multi_lock.ts";
import { Queue } from "../../actors/client/queue.ts";
import { Semaphore } from "../../actors/client/semaphore.ts";
import { Session } from "../../actors/client/session.ts";
import { SHARED_CLASSES } from "../../actors/client/shared_classes.ts";
import { Topic } from "../../actors/client/topic.ts";
import { Variable } from "../../actors/client/variable.ts";
import { whenLoaded } from "../../actors/code/loading.ts";
import { packValue } from "../../actors/wire/value_codec.ts";
import { failsWith } from "../support/codes.ts";
import { FakeWorld, settle } from "./fake_world.ts";

function session(address = "tcp://10.0.0.1:8786"): { session: Session; world: FakeWorld } {
  const world = new FakeWorld();
  const session = new Session(world);
  void session.begin("test", 0);
  session.receive([{ type: "welcome", address, dashboardUrl: undefined }]);
  return { session, world };
}

const THINGS = [
  new Queue("q", { maxSize: 3 }),
  new Queue("q2"),
  new Queue("q3", { maxSize: Infinity }),
  new Variable("v"),
  new Lock("l"),
  new MultiLock(["a", "b"]),
  new Semaphore("s", { leases: 2 }),
  new Flag("f"),
  new Topic("t"),
];

Deno.test("shared things travel by name, and belong to the session that they arrive in", async () => {
  const [here, there] = [session(), session()];
  const packed = packValue(THINGS, { besideBytesMin: Infinity, special: here.session });
  const arrived = there.session.unpack(packed);
  assertEquals(Deno.inspect(arrived), Deno.inspect(THINGS));
  assertEquals(SHARED_CLASSES.length, new Set(THINGS.map((thing) => thing.constructor)).size);
  assert(Array.isArray(arrived) && arrived.every((thing, i) => thing.constructor === THINGS[i]!.constructor));
  void (arrived[0] as Queue<number>).size();
  void (arrived[4] as Lock).acquire();
  await settle();
  assertEquals(there.world.said("coordinate").map(({ request }) => request), [
    { type: "queue-size", name: "q", maxSize: 3 },
    { type: "lock-acquire", names: ["l"], count: 1 },
  ]);
});

Deno.test("shared things of another cluster are refused where they leave and where they arrive", async () => {
  const [here, there] = [session(), session("tcp://10.0.0.2:8786")];
  const queue = new Queue("q");
  const options = { besideBytesMin: Infinity, special: here.session };
  const packed = packValue(queue, options);
  const error = await failsWith("future/foreign", () => packValue(queue, { ...options, special: there.session }));
  assertEquals(
    error.message,
    'Cannot encode value: queue "q" belongs to "tcp://10.0.0.1:8786", not to "tcp://10.0.0.2:8786"',
  );
  await failsWith("future/foreign", () => there.session.unpack(packed));
});

Deno.test("what is no shared thing is wire/malformed", async () => {
  const { session: here } = session();
  for (const payload of [5, [], ["Queue"], ["Queue", [5], undefined, ""], ["Queue", ["q"], "3", ""]]) {
    await failsWith("wire/malformed", () => here.read("shared", payload));
  }
  await failsWith("wire/malformed", () => whenLoaded(() => here.read("shared", ["toString", ["q"], undefined, ""])));
  await failsWith("wire/malformed", () => here.read("teapot", []));
});

Deno.test("a shared thing in a Map among the arguments arrives", () => {
  const { session: here } = session();
  const packed = packValue(new Map([["q", new Queue("q")]]), { besideBytesMin: Infinity, special: here });
  const [map] = unpackArguments([packed], () => undefined, (tag, payload) => here.read(tag, payload));
  assertEquals(Deno.inspect(map), 'Map(1) { "q" => <Queue: "q"> }');
});
