import { assertEquals } from "@std/assert";
import { seededRandom } from "../../actors/base/random.ts";
import type { FutureState } from "../../actors/client/future_state.ts";
import { FutureTable } from "../../actors/client/future_table.ts";
import { connected } from "./fake_world.ts";

Deno.test("FutureTable releases a key once, when its last object is released or collected, in any order", () => {
  const { session } = connected();
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed);
    const released: string[] = [];
    const table = new FutureTable((key) => released.push(key));
    const state = table.add("k", session);
    const claims = Array.from({ length: 4 }, () => table.addObject(state, {}));
    // Each object is released at some time, or not, and collected at another; both say the same.
    const steps = claims.flatMap((claim) => random.next() < 0.5 ? [claim, claim] : [claim]);
    steps.sort(() => random.next() - 0.5);
    for (const [i, claim] of steps.entries()) {
      assertEquals(released.length, 0, `seed ${seed}, step ${i}`);
      table.releaseObject(claim);
      if (claims.every((one) => one.state === undefined)) break;
    }
    for (const claim of claims) table.releaseObject(claim);
    assertEquals([released, state.liveObjects, table.size], [["k"], 0, 0], `seed ${seed}`);
  }
});

Deno.test("FutureTable.end() settles what is pending or being cancelled, and nothing else", () => {
  const { session } = connected();
  const table = new FutureTable(() => {});
  const states: FutureState[] = ["a", "b", "c"].map((key) => table.add(key, session));
  const [, done, cancelling] = states;
  table.apply({ type: "failed", key: "b", error: { text: "no", value: "no" }, worker: undefined });
  if (cancelling !== undefined) table.beginCancel([cancelling]);
  table.end("lost", "gone", () => new Error("over"));
  assertEquals(states.map((state) => state.status), ["lost", "error", "lost"]);
  assertEquals([done?.ended, table.size], [undefined, 0]);
});

Deno.test("FutureTable.apply() after two cancellations of one key is about the older one first", () => {
  const { session } = connected();
  const released: string[] = [];
  const table = new FutureTable((key) => released.push(key));
  const one = table.add("k", session);
  table.beginCancel([one]);
  const second = table.add("k", session);
  table.beginCancel([second]);
  const third = table.add("k", session);
  table.apply({ type: "cancelled", key: "k", reason: "first" });
  assertEquals([one.status, second.status, third.status], ["cancelled", "pending", "pending"]);
  table.apply({ type: "pending", key: "k" });
  table.endCancel([second], "second");
  assertEquals([second.status, third.status, second.reason, released], ["cancelled", "pending", "second", []]);
});
