import { assert, assertEquals, assertThrows } from "@std/assert";
import { ActorRefReader, writeActorRef } from "../../actors/client/actor_refs.ts";
import { LoadingError } from "../../actors/code/loading.ts";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { systemClock } from "../../actors/base/clock.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { systemRandom } from "../../actors/base/random.ts";
import { Actor, ActorSystem, Client, TroupeError } from "../../mod.ts";

class Counter extends Actor {
  #n = 0;
  increment(by = 1): number {
    return this.#n += by;
  }
}

Deno.test("ActorRefReader.read() asks to load actors first, and refuses what is no ref", async () => {
  const core = new SystemCore({ clock: systemClock, random: systemRandom, limits: DEFAULT_LIMITS });
  const reader = new ActorRefReader(core);
  const loading = assertThrows(() => reader.read("tcp://127.0.0.1:1/counter#abc"), LoadingError);
  await loading.loaded;
  assertEquals(Deno.inspect(reader.read("tcp://127.0.0.1:1/counter#abc")), '<ActorRef: "tcp://127.0.0.1:1/counter">');
  assert(TroupeError.is(assertThrows(() => reader.read(5)), "wire/malformed"));
  await core.close();
});

Deno.test("writeActorRef() leaves other values alone, and refuses actors that nobody else can reach", async () => {
  assertEquals([writeActorRef({}, "submit"), writeActorRef(Symbol("x"), "submit")], [undefined, undefined]);
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { name: "counter" });
  const error = assertThrows(() => writeActorRef(counter, "submit task"));
  assert(TroupeError.is(error, "task/not-serializable"));
  assert(/^Cannot submit task: actor ".*" lives in a system that does not listen$/.test(error.message), error.message);
});

Deno.test("tasks ask actors whose refs they get, capture and give", async () => {
  await using system = await ActorSystem.start({ listen: "tcp://127.0.0.1:0" });
  const counter = await system.spawn(Counter, { name: "counter" });
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  assertEquals(await client.submit((ref: typeof counter) => ref.ask.increment(2), counter).result(), 2);
  assertEquals(await client.submit(async () => await counter.ask.increment(3)).result(), 5);
  const same = await client.submit((refs: { list: typeof counter[] }) => refs.list[0]!, { list: [counter] }).result();
  assertEquals(await same.ask.increment(), 6);
});
