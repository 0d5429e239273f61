import { assert, assertEquals } from "@std/assert";
import { Client } from "../../actors/client/client.ts";
import type { Cluster } from "../../actors/client/cluster_handle.ts";
import { Session } from "../../actors/client/session.ts";
import { failsWith } from "../support/codes.ts";
import { connected, FakeWorld, inc, settle } from "./fake_world.ts";

/** A cluster that notes what is asked of it. */
class NotedCluster implements Cluster {
  readonly address = "tcp://127.0.0.1:1";
  readonly dashboardUrl = undefined;
  readonly calls: string[] = [];
  readonly #note: (call: string) => void;

  constructor(note: (call: string) => void) {
    this.#note = note;
  }

  scale(workers: number): Promise<void> {
    return Promise.resolve(this.#note(`scale ${workers}`));
  }

  adapt(): Promise<void> {
    return Promise.resolve(this.#note("adapt"));
  }

  close(): Promise<void> {
    return Promise.resolve(this.#note("close cluster"));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

Deno.test("Deno.inspect() shows a client with its address, workers and threads", () => {
  const { client, session } = connected();
  session.receive([{ type: "workers-changed", workers: 2, threads: 4 }]);
  assertEquals(Deno.inspect(client), '<Client: "tcp://127.0.0.1:8786" workers=2 threads=4>');
  assertEquals(Object.prototype.toString.call(client), "[object Client]");
  Deno.inspect(Client.prototype);
});

Deno.test("Client.close() ends the session first, then the cluster that it started", async () => {
  for (const isOwner of [true, false]) {
    const calls: string[] = [];
    const world = new FakeWorld();
    world.disconnect = () => Promise.resolve(void calls.push("disconnect"));
    const session = new Session(world);
    session.receive([{ type: "welcome", address: "a", dashboardUrl: "http://127.0.0.1:8787" }]);
    {
      await using client = Client.of(session, new NotedCluster((call) => calls.push(call)), isOwner);
      assertEquals(client.dashboardUrl, "http://127.0.0.1:8787");
      await client.cluster.scale(3);
    }
    assertEquals(calls, isOwner ? ["scale 3", "disconnect", "close cluster"] : ["scale 3", "disconnect"]);
  }
});

Deno.test("Client.shutdown() stops the scheduler, waits until it is gone, then closes", async () => {
  const { client, world, session } = connected();
  const down = client.shutdown();
  await settle();
  assertEquals([world.types().at(-1), client.status], [["shutdown"], "running"]);
  session.receive([{ type: "closing", reason: "a client asked for it" }]);
  await down;
  assertEquals(client.status, "closed");
  await failsWith("client/closed", () => client.shutdown());
});

Deno.test("Client.ofTask() is closed by no task", async () => {
  const { session } = connected();
  const client = Client.ofTask(session);
  await client.close();
  assertEquals(client.status, "running");
  assertEquals(client.submit(inc, 1).status, "pending");
  await failsWith("cluster/not-managed", () => client.cluster.scale(1));
});

Deno.test("a cluster known by its address is managed by nobody here", async () => {
  const { client } = connected();
  assertEquals(client.cluster.address, "tcp://127.0.0.1:8786");
  const error = await failsWith("cluster/not-managed", () => client.cluster.scale(2));
  assertEquals(error.message, 'Cannot scale cluster: "tcp://127.0.0.1:8786" was not started by this program');
  await failsWith("cluster/not-managed", () => client.cluster.adapt({ maximum: 2 }));
  await failsWith("cluster/not-managed", () => client.cluster.close());
  await client.cluster[Symbol.asyncDispose]();
});

Deno.test("Client.waitForWorkers() resolves when they are there", async () => {
  const { client, session, world } = connected();
  session.receive([{ type: "workers-changed", workers: 1, threads: 1 }]);
  await client.waitForWorkers(1);
  const two = client.waitForWorkers(2);
  const many = client.waitForWorkers(5, { timeoutMs: 100 });
  session.receive([{ type: "workers-changed", workers: 2, threads: 2 }]);
  await two;
  world.clock.advance(100);
  const error = await failsWith("wait/timeout", () => many);
  assertEquals(error.message, "Cannot wait for workers: 2 of 5 came within 100 ms");
  for (const count of [0, 1.5, "2"]) {
    await failsWith("input/invalid", () => Reflect.apply(client.waitForWorkers, client, [count]));
  }
  const never = client.waitForWorkers(9);
  session.connectionLost("gone");
  await failsWith("client/closed", () => never);
});

Deno.test("queries ask the scheduler, and read its answers", async () => {
  const { client, world, session } = connected();
  const future = client.submit(inc, 1);
  const answered = async (what: string, about: readonly string[], value: unknown, asked: Promise<unknown>) => {
    await settle();
    const message = world.said("query").at(-1);
    assertEquals([message?.what, message?.about], [what, about]);
    session.receive([{ type: "answer", ackId: message?.ackId ?? 0, value }]);
    return await asked;
  };
  const worker = { address: "w1", name: "a", threads: 2, memoryLimit: undefined, resources: { gpu: 1 } };
  const info = { address: "tcp://s", workers: { w1: worker } };
  assertEquals(await answered("info", [], info, client.schedulerInfo()), info);
  const event = { timeMs: 1, from: "waiting", to: "queued", cause: "submit" };
  const events = [event, { ...event, worker: "w1" }];
  assertEquals(await answered("story", ["k"], events, client.story("k")), events);
  assertEquals(await answered("who-has", [future.key], { k: ["w1"] }, client.whoHas([future])), { k: ["w1"] });
  assertEquals(await answered("who-has", [], {}, client.whoHas()), {});
  assertEquals(await answered("has-what", ["w1"], { w1: ["k"] }, client.hasWhat(["w1"])), { w1: ["k"] });
  assertEquals(await answered("processing", [], { w1: [] }, client.processing()), { w1: [] });
  assertEquals(await answered("nbytes", ["k"], { k: 8 }, client.nbytes(["k"])), { k: 8 });
  assertEquals(await client.whoHas([]), {});
  await failsWith("wire/malformed", () => answered("nbytes", [], { k: "8" }, client.nbytes()));
  await failsWith("wire/malformed", () => answered("info", [], { address: 5 }, client.schedulerInfo()));
});

Deno.test("futures nobody holds are released when the garbage collector takes them; those waited for stay", async () => {
  const { client, world, session } = connected();
  const view = client.with({ pure: false });
  const kept = view.submit(inc, 0);
  const result = view.submit(inc, 1).result(); // its future is reachable through the wait only
  (() => void view.map(inc, [1, 2, 3]))();
  await settle();
  const [keptKey, awaitedKey] = world.said("submit").map((message) => message.key);
  const dropped = world.said("submit-map")[0]?.keys ?? [];
  for (let round = 0; round < 200 && world.said("release").flatMap((one) => one.keys).length < 3; round++) {
    makeGarbage();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(new Set(world.said("release").flatMap((one) => one.keys)), new Set(dropped));
  assert(awaitedKey !== undefined);
  assertEquals(keptKey, kept.key);
  session.receive([{ type: "cancelled", key: awaitedKey, reason: "" }]);
  await failsWith("task/cancelled", () => result);
});

/** Enough of it that the collector runs. */
function makeGarbage(): void {
  let kept: unknown[] = [];
  for (let i = 0; i < 200; i++) kept = [new Array(10_000).fill(i), kept.length];
}
