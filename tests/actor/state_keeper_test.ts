/** Virtual actors as users know them. */
import { assert, assertEquals } from "@std/assert";
import { type ActorRef, ActorSystem, type Down, TroupeError } from "@troupe/troupe";
import { failsWith } from "../support/codes.ts";
import { keepAwake } from "../support/cores.ts";
import { Account } from "./account.ts";
import { Counter } from "./actor_cast.ts";

const LISTEN = { listen: "tcp://127.0.0.1:0" };

async function withStore(use: (store: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(`${folder}/store.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function downOf(ref: ActorRef<Account>): Promise<Down> {
  return new Promise((resolve) => ref.watch(resolve));
}

for (const on of ["here", "thread", "process"] as const) {
  Deno.test(`ActorSystem.getOrSpawn() passivates an idle actor on ${on}, and a call through the ref goes on where it was`, async () => {
    await withStore(async (store) => {
      await using system = await ActorSystem.start();
      using _awake = keepAwake();
      const account = await system.getOrSpawn(Account, "4/2 #", { on, idleMs: 50, store });
      assertEquals([await account.ask.deposit(5), await account.ask.id()], [5, "4/2 #"]);
      assertEquals((await downOf(account)).reason, "stopped");
      await account.tell.deposit(1);
      assertEquals(await account.ask.deposit(1), 7);
    });
  });
}

Deno.test("ActorSystem.getOrSpawn() gives the one instance of all linked systems, whoever asks, also at once", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start(LISTEN);
  await there.link(here.address!);
  for (let i = 0; i < 10; i++) {
    const refs = await Promise.all([here, there, here, there].map((system) => system.getOrSpawn(Account, `a${i}`)));
    assertEquals(await Promise.all(refs.map((ref) => ref.ask.deposit(1))).then((all) => all.sort()), [1, 2, 3, 4]);
    assertEquals(new Set(refs.map(({ address }) => address)).size, 1);
  }
});

Deno.test("ActorSystem.getOrSpawn() keeps the state over systems, and throws away what a failed message did", async () => {
  await withStore(async (store) => {
    for (let round = 1; round <= 3; round++) {
      await using system = await ActorSystem.start();
      const account = await system.getOrSpawn(Account, "42", { store });
      assertEquals(await account.ask.deposit(10), 10 * round);
      await account.ask.spoil().catch(() => undefined);
      assertEquals(await account.ask.deposit(0), 10 * round);
    }
  });
});

Deno.test("ActorSystem.getOrSpawn() lets only the last instance write, when two systems did not know each other", async () => {
  await withStore(async (store) => {
    await using here = await ActorSystem.start();
    await using there = await ActorSystem.start();
    const old = await here.getOrSpawn(Account, "42", { store, supervision: { onFailure: "stop" } });
    assertEquals(await old.ask.deposit(1), 1);
    const young = await there.getOrSpawn(Account, "42", { store });
    assertEquals(await young.ask.deposit(1), 2);
    const down = downOf(old);
    await failsWith("actor/terminated", () => old.ask.deposit(100));
    assertEquals([(await down).reason, await young.ask.deposit(1)], ["failed", 3]);
  });
});

/** Whether an ask failed with its actor's process. */
function isLost(error: unknown): boolean {
  return TroupeError.is(error, "link/down") || TroupeError.is(error, "actor/terminated");
}

/** Asks until there is an answer: all asks before may have been answered before a kill took effect, and this one is lost. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }
}

Deno.test("ActorSystem.getOrSpawn() is never behind what was acknowledged, over 20 kills of its process under load", async () => {
  await withStore(async (store) => {
    await using system = await ActorSystem.start();
    using _awake = keepAwake();
    const supervision = { maxRestarts: 1_000 };
    const account = await system.getOrSpawn(Account, "42", { on: "process", store, supervision });
    let acknowledged = 0;
    for (let kill = 0; kill < 20; kill++) {
      const pid = await answered(() => account.ask.pid());
      const asked = Array.from({ length: 50 }, () => account.with({ timeoutMs: 60_000 }).ask.deposit(1));
      await asked[10];
      Deno.kill(pid, "SIGKILL");
      for (const outcome of await Promise.allSettled(asked)) {
        if (outcome.status === "fulfilled") acknowledged = Math.max(acknowledged, outcome.value);
        else assert(isLost(outcome.reason), String(outcome.reason));
      }
      const balance = await answered(() => account.ask.deposit(0));
      assert(balance >= acknowledged, `${balance} after ${acknowledged} was acknowledged`);
      assert(balance <= 50 * (kill + 1), `${balance} after ${kill + 1} rounds`);
    }
  });
});

Deno.test("ActorSystem.getOrSpawn() refuses what it cannot give", async () => {
  await using system = await ActorSystem.start();
  await failsWith("input/invalid", () => system.getOrSpawn(Account, ""));
  await failsWith("input/invalid", () => system.getOrSpawn(Account, "x", { idleMs: 0 }));
  await failsWith("input/invalid", () => system.getOrSpawn(Account, "x", { name: "y" } as never));
  await failsWith("input/invalid", () => system.getOrSpawn(Account, "x", { store: "/nowhere/at/all.db" }));
  await failsWith("input/invalid", () => system.spawn(Counter, { virtual: {} } as never));
});
