import { assert, assertEquals } from "@std/assert";
import {
  callConversation,
  type CallMessage,
  type CallReply,
  crashedCall,
  failedCall,
  packArgs,
  packResult,
  unpackArgs,
  unpackReply,
  type ValueHooks,
} from "../../actors/actor/call_conversation.ts";
import { failsWith } from "../support/codes.ts";

const HOOKS: ValueHooks = {
  write: () => undefined,
  read: () => undefined,
  besideBytesMin: 16,
};

Deno.test("callConversation carries calls and both kinds of reply", () => {
  const args = packArgs([1, "x", { deep: [new Uint8Array(64)] }, undefined], HOOKS, () => "call");
  const message: CallMessage = { type: "call", method: "m", args };
  const back = callConversation.parse(callConversation.pack(message));
  assertEquals(back, message);
  assert(back.type === "call");
  assertEquals(unpackArgs(back.args, HOOKS), [1, "x", { deep: [new Uint8Array(64)] }, undefined]);
  const returned = packResult({ a: 1 }, HOOKS, "m");
  assertEquals(unpackReply(callConversation.parseReply(callConversation.packReply(returned)), HOOKS, String), { a: 1 });
});

Deno.test("packArgs() is a snapshot, of primitives too", () => {
  const inner = [1];
  const args: unknown[] = [1, -0, inner];
  const packed = packArgs(args, HOOKS, () => "call");
  args[0] = 2;
  inner[0] = 2;
  assertEquals(unpackArgs(packed, HOOKS), [1, -0, [1]]);
});

Deno.test("callConversation refuses what is no call", async () => {
  for (const data of [null, "x", [], [1, []], ["m"], ["m", 5], ["m", [{}]], ["m", [[]]], ["m", [() => 1]]]) {
    await failsWith("wire/malformed", () => callConversation.parse(data));
  }
  for (const data of [null, [], ["yes", 1], [true, {}]]) {
    await failsWith("wire/malformed", () => callConversation.parseReply(data));
  }
  await failsWith("input/invalid", () => callConversation.pack({ type: "act", action: () => {} }));
});

Deno.test("callConversation.failureOf() tells a crash from a refusal, in its own system only", () => {
  const error = new RangeError("boom");
  const crash = crashedCall(error);
  assertEquals(callConversation.failureOf?.(crash), error);
  assertEquals(callConversation.failureOf?.(failedCall(error)), undefined);
  const back: CallReply = callConversation.parseReply(callConversation.packReply(crash));
  assertEquals(callConversation.failureOf?.(back), undefined);
});

Deno.test("unpackReply() throws what the method threw, or what stands for it", () => {
  const thrown = (value: unknown) => {
    try {
      return unpackReply(failedCall(value), HOOKS, String);
    } catch (error) {
      return error;
    }
  };
  const error = thrown(new RangeError("boom"));
  assert(error instanceof RangeError && error.message === "boom");
  const odd = thrown("a text");
  assert(odd instanceof Error && odd.cause === "a text");
  const odder = thrown(Symbol("s"));
  assert(odder instanceof Error && odder.message.includes("Symbol(s)"), String(odder));
});

Deno.test("packArgs() names the argument, packResult() makes the refusal the reply", async () => {
  const { message, details } = await failsWith(
    "task/not-serializable",
    () => packArgs([1, { f() {} }], HOOKS, () => 'call "m"'),
  );
  assertEquals([message.startsWith('Cannot call "m": args[1].f is a function'), details], [true, {
    path: "args[1].f",
  }]);
  await failsWith("task/not-serializable", () => unpackReply(packResult(() => 1, HOOKS, "m"), HOOKS, String));
});

Deno.test("callConversation.sizeBytes() counts the encoded arguments", () => {
  const args = packArgs([new Uint8Array(10_000)], HOOKS, () => "call");
  const bytes = callConversation.sizeBytes?.({ type: "call", method: "m", args }) ?? 0;
  assert(bytes >= 10_000 && bytes < 10_200, String(bytes));
});
