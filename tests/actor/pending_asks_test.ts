import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { AskOutcome } from "../../actors/actor/ask_outcome.ts";
import { PendingAsks } from "../../actors/actor/pending_asks.ts";
import { hasCode } from "../support/codes.ts";

const at = (system: string) => ({ system, actor: "x", contact: "" });

Deno.test("PendingAsks.settle() settles once, and only for the system that was asked", () => {
  const asks = new PendingAsks();
  const outcomes: AskOutcome<unknown>[] = [];
  const askId = asks.add(at("b"), (outcome) => outcomes.push(outcome));
  asks.settle(askId, "c", { ok: true, value: "forged" });
  asks.settle(askId, "b", { ok: true, value: 1 });
  asks.settle(askId, "b", { ok: true, value: 2 });
  assertEquals(outcomes, [{ ok: true, value: 1 }]);
});

Deno.test("PendingAsks.settle() tells once whom an asker had asked who gave up", () => {
  const asks = new PendingAsks();
  const askId = asks.add(at("b"), () => {
    throw new Error("Nobody waits for this");
  });
  asks.forget(askId);
  assertEquals(asks.settle(askId, "b", { ok: true, value: 1 }), at("b"));
  assertEquals(asks.settle(askId, "b", { ok: true, value: 1 }), undefined);
});

Deno.test("PendingAsks.systemGone() fails the asks of that system alone", () => {
  const asks = new PendingAsks();
  const outcomes: AskOutcome<unknown>[] = [];
  asks.add(at("b"), (outcome) => outcomes.push(outcome));
  const other = asks.add(at("c"), () => outcomes.push({ ok: true, value: "c" }));
  asks.forget(asks.add(at("b"), () => outcomes.push({ ok: true, value: "forgotten" })));
  const cut = new Error("cut");
  asks.systemGone("b", cut);
  const [outcome] = outcomes;
  assert(outcomes.length === 1 && outcome !== undefined && !outcome.ok);
  assertStrictEquals(hasCode("link/down", outcome.error).cause, cut);
  asks.settle(other, "c", { ok: true, value: 1 });
  assertEquals(outcomes.length, 2);
});
