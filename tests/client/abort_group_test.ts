import { assertEquals } from "@std/assert";
import { AbortGroup } from "../../actors/client/abort_group.ts";
import { connected, finished, inc, settle } from "./fake_world.ts";

Deno.test("AbortGroup listens only while something is pending", async () => {
  const { session, world, client } = connected();
  const { signal } = new AbortController();
  const calls: string[] = [];
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => (calls.push("add"), Reflect.apply(addEventListener, signal, args));
  signal.removeEventListener = (
    ...args: unknown[]
  ) => (calls.push("remove"), Reflect.apply(removeEventListener, signal, args));
  const group = new AbortGroup(signal);
  for (const i of [1, 2]) {
    const future = client.submit(inc, i);
    const state = session.futures.get(future.key);
    if (state !== undefined) {
      group.add(state);
      group.add(state);
    }
    session.receive([finished(future.key, 1)]);
    if (state !== undefined) group.add(state);
  }
  await settle();
  assertEquals(calls, ["add", "remove", "add", "remove"]);
  assertEquals(world.said("cancel"), []);
});

Deno.test("AbortGroup.reason is a text", () => {
  assertEquals(new AbortGroup(AbortSignal.abort(new Error("enough"))).reason, "enough");
  assertEquals(new AbortGroup(AbortSignal.abort({ why: 1 })).reason, "{ why: 1 }");
});
