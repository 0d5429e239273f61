import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Actor, ActorSystem } from "@troupe/troupe";
import { ClassCarrier } from "../../actors/actor/class_carrier.ts";
import { parseActorAddress } from "../../actors/actor/actor_address.ts";
import { refHooks, type RefWorld } from "../../actors/actor/actor_ref.ts";
import { failsWith } from "../support/codes.ts";
import { Counter } from "./actor_cast.ts";

const step = 10;
const log: string[] = [];

function makeCarrier(): ClassCarrier {
  const hooks = { ...refHooks(() => ({}) as RefWorld, parseActorAddress), besideBytesMin: 1_024 };
  return new ClassCarrier({ Actor }, hooks);
}

class Local extends Actor {
  #n = step;
  add(by: number): number {
    log.push("added");
    return this.#n += by;
  }
}

Deno.test("ClassCarrier.pack() sends an export by reference: it arrives as itself", async () => {
  const carrier = makeCarrier();
  assertStrictEquals<unknown>(await carrier.unpack(await carrier.pack(Counter, "a thread", true)), Counter);
});

Deno.test("ClassCarrier.pack() sends other classes by value: they arrive as classes of actors with what they capture", async () => {
  const carrier = makeCarrier();
  const type = await carrier.unpack(await carrier.pack(Local, "a thread", true));
  assert(type !== Local as unknown && type.prototype instanceof Actor);
  assertEquals(Reflect.construct(type, []).add(1), 11);
  assertEquals(log, []);
});

Deno.test("ClassCarrier.pack() refuses a class that uses what cannot travel", async () => {
  const weak = new WeakMap();
  class Bad extends Actor {
    get(): unknown {
      return weak;
    }
  }
  const { message } = await failsWith("task/not-serializable", () => makeCarrier().pack(Bad, "a thread", true));
  assertEquals(message, 'Cannot spawn Bad on a thread: captured variable "weak" of function "Bad" is a WeakMap');
});

Deno.test("ClassCarrier.unpack() refuses what is no class", async () => {
  await failsWith("wire/malformed", () => makeCarrier().unpack(5));
});

for (const on of ["thread", "process"] as const) {
  Deno.test(`a class that no module exports is spawned on a ${on}`, async () => {
    await using system = await ActorSystem.start();
    const local = await system.spawn(Local, { on });
    assertEquals([await local.ask.add(1), await local.ask.add(2)], [11, 13]);
  });
}

Deno.test("a class that no module exports is spawned in another system", async () => {
  await using there = await ActorSystem.start({ listen: "tcp://127.0.0.1:0" });
  const witness = await there.spawn(Counter, { name: "witness" });
  await using here = await ActorSystem.start();
  const on = witness.address.replace(/\/witness$/, "") as `tcp://${string}`;
  const local = await here.spawn(Local, { on });
  assertEquals(await local.ask.add(1), 11);
});
