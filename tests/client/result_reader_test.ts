import { assertEquals } from "@std/assert";
import { connected, finished, finishedOn, impure, inc, settle } from "./fake_world.ts";

Deno.test("ResultReader fetches what did not ride along, one request per worker", async () => {
  const { world, session, client } = connected();
  const futures = impure(client, 3);
  const keys = futures.map((future) => future.key);
  for (const [i, key] of keys.entries()) world.store(i < 2 ? "w1" : "w2", key, i * 10);
  session.receive(keys.map((key, i) => finishedOn(key, [i < 2 ? "w1" : "w2"])));
  assertEquals(await Promise.all(futures.map((future) => future.result())), [0, 10, 20]);
  assertEquals(world.fetches, [`w1: ${keys[0]}, ${keys[1]}`, `w2: ${keys[2]}`]);
});

Deno.test("ResultReader asks the next holder when one cannot be reached or does not have it", async () => {
  const { world, session, client } = connected();
  const future = client.submit(inc, 1);
  world.store("w2", "other", 0);
  world.store("w3", future.key, 2);
  session.receive([finishedOn(future.key, ["w1", "w2", "w3"])]);
  assertEquals(await future.result(), 2);
  assertEquals(world.said("report-missing"), []);
});

Deno.test("ResultReader reports a result that no holder has, asks who has it, and goes there", async () => {
  const { world, session, client } = connected();
  const future = client.submit(inc, 1);
  session.receive([finishedOn(future.key, ["w1"])]);
  const result = future.result();
  await settle();
  assertEquals(world.said("report-missing"), [{ type: "report-missing", keys: [future.key], workers: ["w1"] }]);
  const [ask] = world.said("ask-holders");
  world.store("w2", future.key, 2);
  session.receive([{ type: "holders", ackId: ask?.ackId ?? 0, workers: [["w2"]] }]);
  assertEquals(await result, 2);
});

Deno.test("ResultReader waits for a result that nobody has until it is computed again", async () => {
  // 1. The scheduler says finished on w1. 2. w1 dies; the client cannot reach it, reports it missing, asks for holders.
  // 3. The scheduler says pending, then: no holders. 4. The task runs again, and its value rides along.
  const { world, session, client } = connected();
  const future = client.submit(inc, 1);
  session.receive([finishedOn(future.key, ["w1"])]);
  const result = future.result();
  await settle();
  const [ask] = world.said("ask-holders");
  session.receive([{ type: "pending", key: future.key }, { type: "holders", ackId: ask?.ackId ?? 0, workers: [[]] }]);
  await settle();
  assertEquals(future.status, "pending");
  session.receive([finished(future.key, 2)]);
  assertEquals(await result, 2);
});

Deno.test("ResultReader gives up on a result that is said to be there again and again, and never is", async () => {
  const { world, session, client } = connected();
  const future = client.submit(inc, 1);
  session.receive([finishedOn(future.key, ["w1"])]);
  const result = future.result().then(() => "value", () => "rejected");
  for (let i = 0; i < 10; i++) {
    await settle();
    const ask = world.said("ask-holders").at(-1);
    session.receive([{ type: "holders", ackId: ask?.ackId ?? 0, workers: [["w1"]] }]);
  }
  assertEquals(await result, "rejected");
});
