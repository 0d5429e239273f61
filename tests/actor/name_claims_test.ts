import { assertEquals } from "@std/assert";
import { NameClaims } from "../../actors/actor/name_claims.ts";

Deno.test("NameClaims give a name to one of two that claim it at the same moment, whoever asks first", () => {
  for (const order of [["a", "b"], ["b", "a"]] as const) {
    const systems = { a: new NameClaims("a"), b: new NameClaims("b") };
    assertEquals([systems.a.begin("x"), systems.b.begin("x")], [true, true]);
    const granted: Record<string, boolean> = {};
    for (const asker of order) granted[asker] = systems[asker === "a" ? "b" : "a"].grant("x", asker);
    const wins = (["a", "b"] as const).filter((system) => granted[system] && systems[system].holds("x"));
    assertEquals(wins, ["a"]);
  }
});

Deno.test("NameClaims refuse what was granted until it is released, or its claimer is gone", () => {
  const claims = new NameClaims("b");
  assertEquals([claims.grant("x", "a"), claims.begin("x"), claims.grant("x", "c")], [true, false, false]);
  claims.release("x", "c");
  assertEquals(claims.grant("x", "c"), false);
  claims.release("x", "a");
  assertEquals([claims.grant("x", "c"), claims.grant("y", "c")], [true, true]);
  claims.systemGone("c");
  assertEquals([claims.begin("x"), claims.begin("x"), claims.begin("y")], [true, false, true]);
  claims.end("x");
  assertEquals([claims.holds("x"), claims.holds("y"), claims.begin("x")], [false, true, true]);
});
