import { assertEquals } from "@std/assert";
import { SchedulerOutbox } from "../../actors/client/scheduler_outbox.ts";
import type { ClientToScheduler } from "../../actors/protocol/client_scheduler.ts";
import { settle } from "./fake_world.ts";

Deno.test("SchedulerOutbox sends what was said in one turn together, in order; releases in a row are one message", async () => {
  const sent: (readonly ClientToScheduler[])[] = [];
  const outbox = new SchedulerOutbox((messages) => sent.push(messages));
  outbox.release("a");
  outbox.release("b");
  outbox.say({ type: "claim", keys: ["a"] });
  outbox.release("c");
  assertEquals(sent.length, 0);
  await settle();
  const release = (...keys: string[]) => ({ type: "release", keys }) as const;
  assertEquals(sent, [[release("a", "b"), { type: "claim", keys: ["a"] }, release("c")]]);
  outbox.release("d");
  outbox.flush();
  outbox.flush();
  await settle();
  assertEquals([sent.length, sent[1]], [2, [release("d")]]);
});
