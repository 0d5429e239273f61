/** Whoever has a ref reaches its actor: every pair of places, every way of handing it over. */
import { assertEquals } from "@std/assert";
import { type Actor, type ActorRef, ActorSystem, type SpawnOptions } from "@troupe/troupe";
import { keepAwake } from "../support/cores.ts";
import { Counter } from "./actor_cast.ts";
import { Giver, Taker } from "./reach_cast.ts";

/** Places by name, each with the means to start an actor there. */
type Places = Record<string, <A extends Actor>(type: new () => A) => Promise<ActorRef<A>>>;

/** A system and two others that it has links to; each with threads and processes. */
class World implements AsyncDisposable {
  readonly places: Places;
  readonly #systems: readonly ActorSystem[];
  readonly #folder: string;

  private constructor(systems: readonly ActorSystem[], folder: string) {
    this.#systems = systems;
    this.#folder = folder;
    const [here, tcp, unix] = systems as [ActorSystem, ActorSystem, ActorSystem];
    const at = (system: ActorSystem, on: SpawnOptions["on"]) => <A extends Actor>(type: new () => A) =>
      system.spawn(type, { on, supervision: { onFailure: "resume" } } as SpawnOptions & { args: [] });
    this.places = {
      here: at(here, "here"),
      thread: at(here, "thread"),
      process: at(here, "process"),
      tcp: at(here, tcp.address as "tcp://"),
      unix: at(here, unix.address as "tcp://"),
      "thread of tcp": at(tcp, "thread"),
      "process of unix": at(unix, "process"),
    };
  }

  /** @param listen Where the first one listens; the others must, to be linked. */
  static async open(listen: string | undefined): Promise<World> {
    const folder = await Deno.makeTempDir();
    const listens = [listen, "tcp://127.0.0.1:0", `unix:${folder}/socket`];
    const systems = await Promise.all(
      listens.map((listen) => ActorSystem.start(listen === undefined ? {} : { listen })),
    );
    const world = new World(systems, folder);
    for (const other of systems.slice(1)) await systems[0]!.link(other.address!);
    return world;
  }

  /** One actor of a class in each place. */
  async populate<A extends Actor>(type: new () => A): Promise<[place: string, ref: ActorRef<A>][]> {
    return await Promise.all(
      Object.entries(this.places).map(async ([place, spawn]): Promise<[string, ActorRef<A>]> => [
        place,
        await spawn(type),
      ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const system of this.#systems) await system.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** How a taker comes to have a giver's ref of itself. */
type Way = (giver: ActorRef<Giver>, taker: ActorRef<Taker>, others: readonly ActorRef<Taker>[]) => Promise<void>;

const WAYS: Record<string, Way> = {
  "as a reply": (giver, taker) => taker.ask.takeFrom(giver),
  "in a message": (giver, taker) => giver.ask.giveTo(taker),
  "from who asked for it": async (giver, taker) => taker.ask.take(await giver.ask.me()),
  "through two others": async (giver, taker, [third, fourth]) => {
    await giver.ask.giveTo(third!);
    await third!.ask.handTo(fourth!);
    await fourth!.ask.handTo(taker);
  },
};

/** Givers in all places, and a child of each. */
async function families(world: World): Promise<[place: string, giver: ActorRef<Giver>][]> {
  const givers = await world.populate(Giver);
  const children = givers.map(async ([place, giver]): Promise<[string, ActorRef<Giver>]> => [
    `child of ${place}`,
    await giver.ask.bear(),
  ]);
  return [...givers, ...await Promise.all(children)];
}

for (const listen of [undefined, "tcp://127.0.0.1:0"]) {
  const title = listen === undefined ? "does not listen" : "listens";

  Deno.test(`a ref that an actor gives of itself reaches it from all places; its system ${title}`, async () => {
    using _awake = keepAwake();
    await using world = await World.open(listen);
    const takers = await world.populate(Taker);
    for (const [index, [from, giver]] of (await families(world)).entries()) {
      for (const [to, taker] of takers) {
        const others = takers.map(([, other]) => other).filter((other) => other !== taker);
        // Others for each giver anew.
        others.push(...others.splice(0, index % others.length));
        for (const [way, give] of Object.entries(WAYS)) {
          const line = `${from} to ${to}, ${way}`;
          const used = give(giver, taker, others).then(() => taker.ask.use(line));
          assertEquals([line, await used.catch((error: unknown) => error)], [line, "1 0,1,2"]);
        }
      }
    }
  });

  Deno.test(`a watch from any place sees the end of an actor in any place; its system ${title}`, async () => {
    using _awake = keepAwake();
    await using world = await World.open(listen);
    const takers = await world.populate(Taker);
    // Children first: with their parents they would end.
    for (const [from, giver] of (await families(world)).reverse()) {
      const self = await giver.ask.me();
      for (const [, taker] of takers) await taker.ask.watch(self);
      await self.stop();
      for (const [to, taker] of takers) {
        assertEquals([from, to, await taker.ask.ended()], [from, to, "stopped"]);
      }
    }
  });

  Deno.test(`a watch from any place sees the end of a thread or process; its system ${title}`, async () => {
    using _awake = keepAwake();
    await using world = await World.open(listen);
    const takers = await world.populate(Taker);
    for (const [from, giver] of await families(world)) {
      if (!/^(thread|process)/.test(from)) continue;
      const self = await giver.ask.me();
      for (const [, taker] of takers) await taker.ask.watch(self);
      await giver.kill();
      for (const [to, taker] of takers) {
        assertEquals([from, to, await taker.ask.ended()], [from, to, "link/down"]);
        assertEquals([from, to, await taker.ask.reach()], [from, to, "link/down"]);
      }
    }
  });
}

for (const on of ["thread", "process"] as const) {
  Deno.test(`an actor in a ${on} finds by name and by address who lives in a system linked to its own`, async () => {
    using _awake = keepAwake();
    const options = { listen: "tcp://127.0.0.1:0", token: "a secret" };
    await using there = await ActorSystem.start(options);
    await using here = await ActorSystem.start(options);
    await here.link(there.address!);
    await there.spawn(Counter, { name: "far", args: [5] });
    const counter = await here.spawn(Counter, { on });
    assertEquals(await counter.ask.findCounter("far"), 5);
    assertEquals(await counter.ask.findCounter(`${there.address}/far`), 5);
  });
}
