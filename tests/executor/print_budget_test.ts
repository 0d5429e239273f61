import { assertEquals } from "@std/assert";
import { PrintBudget } from "../../actors/executor/print_budget.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("PrintBudget.take() cuts a flood, says so once a second, and lets the next second's output pass", () => {
  const clock = new FakeClock();
  const budget = new PrintBudget(clock, 10);
  assertEquals(budget.take("12345678"), "12345678");
  assertEquals(budget.take("abcd"), "ab\n[output cut: more than 10 characters in a second]\n");
  assertEquals([budget.take("e"), budget.take("f")], ["", ""]);
  clock.advance(999);
  assertEquals(budget.take("g"), "");
  clock.advance(1);
  assertEquals(budget.take("h"), "h");
});
