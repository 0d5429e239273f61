import { assertEquals } from "@std/assert";
import { decideFailure, DEFAULT_SUPERVISION } from "../../actors/actor/supervision.ts";

Deno.test("decideFailure() escalates the second failure within the window by default", () => {
  const [first, decision] = decideFailure(DEFAULT_SUPERVISION, [], 0);
  assertEquals(decision, { type: "restart", afterMs: 0 });
  assertEquals(decideFailure(DEFAULT_SUPERVISION, first, 4_999)[1], { type: "escalate" });
  assertEquals(decideFailure(DEFAULT_SUPERVISION, first, 5_000), [[5_000], { type: "restart", afterMs: 0 }]);
});

Deno.test("decideFailure() doubles the pause with each restart in the window", () => {
  const policy = { ...DEFAULT_SUPERVISION, maxRestarts: 3, backoffMs: 100 };
  const pauses: unknown[] = [];
  let restarts: readonly number[] = [];
  for (let atMs = 0; atMs < 4; atMs++) {
    const [next, decision] = decideFailure(policy, restarts, atMs);
    restarts = next;
    pauses.push(decision.type === "restart" ? decision.afterMs : decision.type);
  }
  assertEquals(pauses, [100, 200, 400, "escalate"]);
});

Deno.test("decideFailure() counts nothing for the other policies", () => {
  for (const onFailure of ["stop", "resume", "escalate"] as const) {
    assertEquals(decideFailure({ ...DEFAULT_SUPERVISION, onFailure }, [], 7), [[], { type: onFailure }]);
  }
});
