/** Calls: what goes in, what comes out, one at a time. @module */
import { assert, assertEquals, assertNotStrictEquals } from "@std/assert";
import { type ActorRef, TroupeError } from "@troupe/troupe";
import { failsWith } from "../../support/codes.ts";
import { Player } from "./cast.ts";
import type { Trait } from "./place.ts";

/** What holds of every call. */
export const CALLS: readonly Trait[] = [
  {
    name: "ask and tell arrive in order, once, and replies are what the methods return",
    async show(stage) {
      const player = await stage.spawn(Player);
      for (let i = 0; i < 100; i++) void player.tell.add();
      const replies = Array.from({ length: 100 }, () => player.ask.add());
      assertEquals(await Promise.all(replies), Array.from({ length: 100 }, (_, i) => 101 + i));
    },
  },
  {
    name: "values are copies, with classes and identity kept",
    async show(stage) {
      const player = await stage.spawn(Player);
      const list = [1];
      assertEquals([await player.ask.push(list), list], [2, [1]]);
      const twice = { inner: true };
      const value = {
        map: new Map([["k", new Date(5)]]),
        bytes: Uint8Array.of(1, 2),
        big: 2n ** 70n,
        a: twice,
        b: twice,
      };
      const back = await player.ask.echo(value) as typeof value;
      assertNotStrictEquals(back, value);
      assertEquals(back, value);
      assert(back.a === back.b);
      assert(Object.is(await player.ask.echo(-0), -0));
    },
  },
  {
    name: "async handlers do not interleave",
    async show(stage) {
      const player = await stage.spawn(Player);
      await Promise.all([player.ask.slowly("a"), player.ask.slowly("b")]);
      assertEquals(await player.ask.log(), ["made", "started", "begin a", "end a", "begin b", "end b"]);
    },
  },
  {
    name: "a chain of asks that leads back to a waiting actor is refused, naming the actors",
    async show(stage) {
      const supervision = { onFailure: "resume" } as const;
      const alice = await stage.spawn(Player, { name: "alice", supervision });
      const bob = await stage.spawn(Player, { name: "bob", supervision });
      const carol = await stage.spawn(Player, { name: "carol", supervision, reentrant: true });
      const named = async (trail: readonly ActorRef<Player>[], cycle: string) => {
        const error = await alice.ask.pass(trail).then(String, (error: Error) => error);
        assert(TroupeError.is(error, "actor/cycle") && error.message.includes(cycle), String(error));
      };
      await named([bob, alice], "alice -> bob -> alice");
      await named([alice], "alice -> alice");
      await named([bob, carol, bob], "bob -> carol -> bob");
      // It has gone on each time, and what waits for nobody is no cycle.
      assertEquals(await alice.ask.pass([bob, carol]), 2);
      assertEquals(await carol.ask.pass([carol, carol]), 2);
      await alice.ask.tellOn(alice);
      assertEquals(await alice.ask.add(), 2);
    },
  },
  {
    name: "a timer begins a chain of its own: whom its call waited for may ask again",
    async show(stage) {
      const [alice, bob] = [await stage.spawn(Player), await stage.spawn(Player)];
      // Bob waits for alice, who sets a timer; that asks him when he is free.
      assertEquals(await bob.ask.callBack(alice, bob), "set");
      await stage.until(async () => (await alice.ask.log()).at(-1) === "later 0");
    },
  },
  {
    name: "async handlers of a reentrant actor interleave",
    async show(stage) {
      const player = await stage.spawn(Player, { reentrant: true });
      const waiting = player.ask.wait();
      await player.ask.open();
      assertEquals(await waiting, "waited");
    },
  },
  {
    name: "onStart ends before the first message",
    async show(stage) {
      const player = await stage.spawn(Player);
      assertEquals(await player.ask.log(), ["made", "started"]);
    },
  },
  {
    name: "what cannot travel is refused with its path, either way, and the actor goes on",
    async show(stage) {
      const player = await stage.spawn(Player, { supervision: { onFailure: "stop" } });
      const { message } = await failsWith("task/not-serializable", () => player.ask.echo({ a: [() => 1] }));
      assert(message.startsWith('Cannot call "echo": args[0].a[0] '), message);
      const { message: other } = await failsWith("task/not-serializable", () => player.ask.unsendable());
      assert(other.startsWith('Cannot return from "unsendable": result '), other);
      await failsWith("task/not-serializable", () => stage.spawn(Player, { args: [(() => 1) as never] }));
      assertEquals(await player.ask.add(), 1);
    },
  },
  {
    name: "what is no method is refused, and the actor goes on",
    async show(stage) {
      const player = await stage.spawn(Player, { supervision: { onFailure: "stop" } });
      for (const name of ["nothing", "constructor", "onStart", "toString", "__proto__", "context"]) {
        await failsWith("input/invalid", () => Reflect.get(player.ask, name)());
      }
      assertEquals(await player.ask.add(), 1);
    },
  },
  {
    name: "a method's own error comes back as itself",
    async show(stage) {
      const player = await stage.spawn(Player, { supervision: { onFailure: "resume" } });
      for (const asked of [player.ask.fail("boom"), player.ask.failLater("boom")]) {
        const error = await asked.then(() => undefined, (thrown: unknown) => thrown);
        assert(error instanceof RangeError && error.message === "boom");
        assert(error.stack?.includes("cast.ts"), error.stack);
      }
      const error: unknown = await player.ask.fail("boom").then(() => undefined, (thrown: unknown) => thrown);
      assert(error instanceof RangeError && error.cause instanceof TypeError);
      assertEquals([Reflect.get(error, "index"), error.cause.message], [7, "deeper"]);
    },
  },
  {
    name: "refs travel in arguments and replies, also inside values, and work where they arrive",
    async show(stage) {
      const far = await stage.spawn(Player);
      const near = await stage.system.spawn(Player, { args: ["near"] });
      assertEquals(await far.ask.forward(near, 5), 5);
      const { inside } = await far.ask.echo({ inside: near }) as { inside: ActorRef<Player> };
      assertEquals([await inside.ask.add(), inside.address], [6, near.address]);
      const self = await far.ask.me();
      assertEquals([await self.ask.add(7), await near.ask.forward(self, 1)], [7, 8]);
      assertEquals(self[Symbol.toStringTag], "ActorRef");
    },
  },
];
