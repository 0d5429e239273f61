/** Messages that find no room, no actor, or no time. @module */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { failsWith } from "../../support/codes.ts";
import { Notebook, Player } from "./cast.ts";
import { Signpost } from "./signpost.ts";
import type { Trait } from "./place.ts";

/** What holds of messages that do not arrive, and of names. */
export const MESSAGES: readonly Trait[] = [
  {
    name: "overflow reject refuses the newest",
    async show(stage) {
      await using post = await Signpost.make();
      const notebook = await stage.system.spawn(Notebook);
      const player = await stage.spawn(Player, {
        args: ["p", notebook],
        mailbox: { capacity: 2, overflow: "reject" },
      });
      const resting = player.ask.restUntil(post.path);
      await stage.until(async () => (await notebook.ask.lines()).includes("rest p"));
      const asked = [1, 10, 100].map((by) => player.ask.add(by).catch(({ code }) => code));
      assertEquals(await asked[2], "actor/mailbox-full");
      void player.tell.add(1000);
      await stage.until(() => stage.letters.some(({ reason }) => reason === "mailbox-full"));
      await post.write("go on");
      await resting;
      assertEquals(await Promise.all(asked), [1, 11, "actor/mailbox-full"]);
      assertEquals(stage.letters.map(({ method, reason }) => [method, reason]), [["add", "mailbox-full"]]);
    },
  },
  {
    name: "overflow drop-oldest refuses the oldest",
    async show(stage) {
      await using post = await Signpost.make();
      const notebook = await stage.system.spawn(Notebook);
      const player = await stage.spawn(Player, {
        args: ["p", notebook],
        mailbox: { capacity: 2, overflow: "drop-oldest" },
      });
      const resting = player.ask.restUntil(post.path);
      await stage.until(async () => (await notebook.ask.lines()).includes("rest p"));
      const asked = [1, 10, 100].map((by) => player.ask.add(by).catch(({ code }) => code));
      assertEquals(await asked[0], "actor/mailbox-full");
      await post.write("go on");
      await resting;
      assertEquals(await Promise.all(asked), ["actor/mailbox-full", 10, 110]);
    },
  },
  {
    name: "capacityBytes counts the arguments",
    async show(stage) {
      await using post = await Signpost.make();
      const notebook = await stage.system.spawn(Notebook);
      const player = await stage.spawn(Player, {
        args: ["p", notebook],
        mailbox: { capacityBytes: 1000, overflow: "reject" },
      });
      const resting = player.ask.restUntil(post.path);
      await stage.until(async () => (await notebook.ask.lines()).includes("rest p"));
      const big = () => player.ask.push(new Array(600).fill(0)).catch(({ code }) => code);
      const asked = [big(), big(), big()];
      assertEquals(await asked[2], "actor/mailbox-full");
      await post.write("go on");
      await resting;
      assertEquals(await Promise.all(asked), [601, 601, "actor/mailbox-full"]);
    },
  },
  {
    name: "tell resolves when the mailbox has room, for all who wait",
    async show(stage) {
      await using post = await Signpost.make();
      const notebook = await stage.system.spawn(Notebook);
      const player = await stage.spawn(Player, { args: ["p", notebook], mailbox: { capacity: 3 } });
      const resting = player.ask.restUntil(post.path);
      await stage.until(async () => (await notebook.ask.lines()).includes("rest p"));
      let done = 0;
      const told = Array.from({ length: 500 }, () => player.tell.add().then(() => void done++));
      await player.with({ timeoutMs: 1 }).ask.add(0).catch(() => undefined);
      assertEquals(done < 500, true);
      await post.write("go on");
      await resting;
      await Promise.all(told);
      assertEquals(await player.ask.add(0), 500);
    },
  },
  {
    name: "an ask out of time rejects; its message is handled, its late reply is counted",
    async show(stage) {
      await using post = await Signpost.make();
      const player = await stage.spawn(Player);
      const resting = player.ask.restUntil(post.path);
      await failsWith("actor/timeout", () => player.with({ timeoutMs: 5 }).ask.add(3));
      const reason = new Error("enough");
      const stopper = new AbortController();
      const asked = player.with({ signal: stopper.signal }).ask.add(4);
      stopper.abort(reason);
      assertStrictEquals(await asked.catch((error: unknown) => error), reason);
      await post.write("go on");
      await resting;
      assertEquals(await player.ask.add(), 8);
      assertEquals(stage.letters.map(({ reason, address }) => [reason, address]), [
        ["late-reply", player.address],
        ["late-reply", player.address],
      ]);
    },
  },
  {
    name: "what is told to nobody, or to no method, is a dead letter",
    async show(stage) {
      const player = await stage.spawn(Player, { name: "p" });
      Reflect.get(player.tell, "nothing")();
      await player.ask.add();
      await player.stop();
      await player.tell.add();
      await stage.until(() => stage.letters.length === 2);
      assertEquals(stage.letters.map(({ method, reason, address }) => [method, reason, address]), [
        ["nothing", "malformed", player.address],
        ["add", "terminated", player.address],
      ]);
    },
  },
  {
    name: "a name is taken once, found by name and address, and free again after the end",
    async show(stage) {
      const player = await stage.spawn(Player, { name: "unique" });
      await failsWith("actor/name-taken", () => stage.spawn(Player, { name: "unique" }));
      assertEquals(await (await stage.system.lookup<Player>("unique")).ask.add(), 1);
      assertEquals(await (await stage.system.lookup<Player>(player.address)).ask.add(), 2);
      await player.stop();
      await failsWith("actor/not-found", () => stage.system.lookup("unique"));
      const waiting = stage.system.lookup<Player>("unique", { timeoutMs: 60_000 });
      await stage.spawn(Player, { name: "unique" });
      assertEquals(await (await waiting).ask.add(), 1);
    },
  },
];
