/** Lives: start, failure, end, and who hears of it. @module */
import { assert, assertEquals } from "@std/assert";
import type { Actor, ActorRef, Down } from "@troupe/troupe";
import { failsWith } from "../../support/codes.ts";
import { Notebook, Parent, Player, Stillborn } from "./cast.ts";
import { Signpost } from "./signpost.ts";
import type { Stage, Trait } from "./place.ts";

function downOf(ref: ActorRef<Actor>): Promise<Down> {
  return new Promise((resolve) => ref.watch(resolve));
}

async function notebookOf(stage: Stage): Promise<ActorRef<Notebook>> {
  return await stage.system.spawn(Notebook);
}

/** What holds of every life. */
export const LIVES: readonly Trait[] = [
  {
    name: "a failed start rejects the spawn with its own error and leaves the name free",
    async show(stage) {
      const error = await stage.spawn(Stillborn, { name: "one" }).then(() => undefined, (thrown: unknown) => thrown);
      assert(error instanceof TypeError && error.message === "no start", String(error));
      const player = await stage.spawn(Player, { name: "one" });
      assertEquals(await player.ask.add(), 1);
    },
  },
  {
    name: "a failure restarts the actor with its arguments, one too many ends it, watchers hear why",
    async show(stage) {
      const notebook = await notebookOf(stage);
      const player = await stage.spawn(Player, { args: ["p", notebook] });
      await player.ask.add(5);
      const down = downOf(player);
      await player.ask.fail("one").catch(() => undefined);
      assertEquals(await player.ask.add(), 1);
      await player.ask.fail("two").catch(() => undefined);
      const { reason, error, address } = await down;
      assertEquals([reason, error?.name, error?.message, address], ["failed", "RangeError", "two", player.address]);
      await failsWith("actor/terminated", () => player.ask.add());
      assertEquals(await notebook.ask.lines(), ["start p", "stop p failed", "start p", "stop p failed"]);
    },
  },
  {
    name: "onFailure stop and resume do what they say",
    async show(stage) {
      const resumed = await stage.spawn(Player, { supervision: { onFailure: "resume" } });
      await resumed.ask.add(5);
      for (let i = 0; i < 5; i++) await resumed.ask.fail("again").catch(() => undefined);
      assertEquals(await resumed.ask.add(), 6);
      const stopped = await stage.spawn(Player, { supervision: { onFailure: "stop" } });
      const down = downOf(stopped);
      await stopped.ask.fail("once").catch(() => undefined);
      assertEquals((await down).reason, "failed");
    },
  },
  {
    name: "stop lets the message in hand end, refuses what waits, and says stopped",
    async show(stage) {
      await using post = await Signpost.make();
      const notebook = await notebookOf(stage);
      const player = await stage.spawn(Player, { args: ["p", notebook] });
      const down = downOf(player);
      const inHand = player.ask.restUntil(post.path);
      await stage.until(async () => (await notebook.ask.lines()).includes("rest p"));
      const refused = failsWith("actor/terminated", () => player.ask.add());
      await failsWith("wait/timeout", () => player.stop({ timeoutMs: 1 }));
      const stopped = player.stop();
      await post.write("done");
      assertEquals(await inHand, "done");
      await Promise.all([stopped, refused, player.stop()]);
      assertEquals([(await down).reason, (await down).error], ["stopped", undefined]);
      assertEquals((await notebook.ask.lines()).at(-1), "stop p stopped");
    },
  },
  {
    name: "kill does not wait for the message in hand, and says killed",
    async show(stage) {
      await using post = await Signpost.make();
      const notebook = await notebookOf(stage);
      const player = await stage.spawn(Player, { args: ["p", notebook] });
      const down = downOf(player);
      const inHand = failsWith("actor/terminated", () => player.ask.restUntil(post.path));
      await stage.until(async () => (await notebook.ask.lines()).includes("rest p"));
      await player.kill();
      await inHand;
      assertEquals((await down).reason, "killed");
      await failsWith("actor/terminated", () => player.ask.add());
      await post.write("nobody asks any more");
      const endsWithIt = stage.place === "thread" || stage.place === "process";
      await stage.until(async () => endsWithIt || (await notebook.ask.lines()).includes("rested p"));
    },
  },
  {
    name: "a watch of the dead calls back at once, a disposed one never",
    async show(stage) {
      const player = await stage.spawn(Player);
      let isCalled = false;
      player.watch(() => isCalled = true)[Symbol.dispose]();
      await player.stop();
      assertEquals((await downOf(player)).reason, "stopped");
      assertEquals(isCalled, false);
    },
  },
  {
    name: "timers run as messages and end with the actor",
    async show(stage) {
      const notebook = await notebookOf(stage);
      const player = await stage.spawn(Player, { args: ["p", notebook] });
      await player.ask.tick();
      const ticks = async () => (await notebook.ask.lines()).filter((line) => line === "tick p").length;
      await stage.until(async () => await ticks() > 3);
      await player.stop();
      const count = await ticks();
      await new Promise((resolve) => setTimeout(resolve, 20));
      const lines = await notebook.ask.lines();
      assertEquals([await ticks(), lines.includes("once p"), lines.includes("never p")], [count, true, false]);
    },
  },
  {
    name: "children end before their parent, in reverse order",
    async show(stage) {
      const notebook = await notebookOf(stage);
      const parent = await stage.spawn(Parent, { args: [notebook] });
      const children = [await parent.ask.have("a"), await parent.ask.have("b")];
      const downs = children.map(downOf);
      assertEquals(await children[0]!.ask.add(), 1);
      await parent.stop();
      assertEquals((await Promise.all(downs)).map(({ reason }) => reason), ["stopped", "stopped"]);
      assertEquals(await notebook.ask.lines(), ["start a", "start b", "stop b stopped", "stop a stopped"]);
    },
  },
  {
    name: "a child's failure is its parent's, when it escalates",
    async show(stage) {
      const notebook = await notebookOf(stage);
      const parent = await stage.spawn(Parent, { args: [notebook], supervision: { onFailure: "stop" } });
      const child = await parent.ask.have("a", "escalate");
      const down = downOf(parent);
      await child.ask.fail("for the parent").catch(() => undefined);
      const { reason, error } = await down;
      assertEquals([reason, error?.message], ["failed", "for the parent"]);
    },
  },
];
