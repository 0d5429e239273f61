import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { AskOutcome } from "../../actors/actor/ask_outcome.ts";
import { PendingAsks } from "../../actors/actor/pending_asks.ts";
import { hasCode } from "../support/codes.ts";

Deno.test("PendingAsks.settle() settles once, and only for the system that was asked", () => {
  const asks = new PendingAsks();
  const outcomes: AskOutcome<unknown>[] = [];
  const askId = asks.add("b", (outcome) => outcomes.push(outcome));
  assertEquals(asks.settle(askId, "c", { ok: true, value: "forged" }), false);
  assertEquals(asks.settle(askId, "b", { ok: true, value: 1 }), true);
  assertEquals(asks.settle(askId, "b", { ok: true, value: 2 }), false);
  assertEquals(outcomes, [{ ok: true, value: 1 }]);
});

Deno.test("PendingAsks.systemGone() fails the asks of that system alone", () => {
  const asks = new PendingAsks();
  const outcomes: AskOutcome<unknown>[] = [];
  asks.add("b", (outcome) => outcomes.push(outcome));
  const other = asks.add("c", () => outcomes.push({ ok: true, value: "c" }));
  asks.forget(asks.add("b", () => outcomes.push({ ok: true, value: "forgotten" })));
  const cut = new Error("cut");
  asks.systemGone("b", cut);
  const [outcome] = outcomes;
  assert(outcomes.length === 1 && outcome !== undefined && !outcome.ok);
  assertStrictEquals(hasCode("link/down", outcome.error).cause, cut);
  assertEquals(asks.settle(other, "c", { ok: true, value: 1 }), true);
});
