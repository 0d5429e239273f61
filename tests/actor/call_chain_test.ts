import { assert, assertEquals } from "@std/assert";
import { CallInHand, chainHere, kindOf, runCall, runOutside } from "../../actors/actor/call_chain.ts";
import { TroupeError } from "../../actors/base/errors.ts";

const ALICE = { system: "s", actor: "alice", contact: "" };
const BOB = { system: "s", actor: "bob", contact: "" };
const names = () => chainHere()?.map(([, actor]) => actor);

Deno.test("the chain goes along with what is asked in a method, before and after its awaits, until it is over", async () => {
  assertEquals(names(), undefined);
  const first = new CallInHand(ALICE, 1, "goes-on");
  const seen: unknown[] = [];
  const settled = Promise.withResolvers<void>();
  const method = async () => {
    seen.push(names());
    await Promise.resolve();
    seen.push(names());
    void settled.promise.then(() => seen.push(names()));
  };
  const result = runCall(first, method);
  first.isPending = true;
  await result;
  first.isPending = false;
  settled.resolve();
  await settled.promise;
  assertEquals(seen, [["alice"], ["alice"], undefined]);
  assertEquals(names(), undefined);
});

Deno.test("a method that is no async function has its chain while it runs; calls nest", () => {
  const outer = new CallInHand(ALICE, 1, "plain");
  const seen = runCall(outer, () => {
    const inner = runCall(new CallInHand(BOB, 1, "plain", chainHere()), names);
    return [inner, names()];
  });
  assertEquals(seen, [["alice", "bob"], ["alice"]]);
});

Deno.test("what runs outside is part of no call", async () => {
  const call = new CallInHand(ALICE, 1, "goes-on");
  call.isPending = true;
  assertEquals(await runCall(call, () => Promise.resolve().then(() => [names(), runOutside(names)])), [
    ["alice"],
    undefined,
  ]);
});

Deno.test("cycleOf() knows its own call only, and names the actors of the cycle", () => {
  const call = new CallInHand(ALICE, 1, "goes-on");
  const { chain } = call;
  const error = call.cycleOf([["x 1", "zoe"], ...chain, ["y 1", "bob"]]);
  assert(TroupeError.is(error, "actor/cycle"));
  assertEquals(error.details["cycle"], ["alice", "bob", "alice"]);
  assertEquals(new CallInHand(ALICE, 2, "goes-on").cycleOf(chain), undefined);
  assertEquals(call.cycleOf([["x 1", "zoe"]]), undefined);
});

Deno.test("kindOf() tells which methods need their chain after an await", () => {
  const actor = {
    plain: () => Promise.resolve(1),
    async none() {},
    async forward(to: { ask: { add(by: number): Promise<number> } }, by: number) {
      return await to.ask.add(by);
    },
    async twice(to: { ask: { add(by: number): Promise<number> } }) {
      return await to.ask.add(await to.ask.add(1));
    },
    async loop(to: { ask: { add(by: number): Promise<number> } }) {
      for (let i = 0; i < 2; i++) await to.ask.add(i);
    },
    async helped() {
      return await Promise.resolve(1);
    },
  };
  const kinds = Object.entries(actor).map(([name, method]) => [name, kindOf(method)]);
  assertEquals(Object.fromEntries(kinds), {
    ...{ plain: "plain", none: "async", forward: "async", twice: "goes-on", loop: "goes-on", helped: "goes-on" },
  });
});
