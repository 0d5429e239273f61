import { assert, assertEquals } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import {
  isNativeText,
  refuseAsTask,
  refused,
  refusedValue,
  refusedWithin,
  refuseNames,
} from "../../actors/code/refusal.ts";

Deno.test("refused() is an error with the action, the name and the reason", () => {
  const error = refused({ action: "submit task", name: "f" }, {
    reason: "it is native code",
    hint: "Wrap it",
    names: ["a"],
  });
  assert(TroupeError.is(error, "task/not-serializable"));
  assertEquals(error.message, 'Cannot submit task "f": it is native code');
  assertEquals([error.hint, error.details], ["Wrap it", { name: "f", path: ["f"], names: ["a"] }]);
});

Deno.test("refuseNames() lists names and asks for permission where that would help", () => {
  assertEquals(refuseNames(["a"], true).reason, 'it uses "a", which does not travel with it');
  assertEquals(refuseNames(["a", "b", "c"], true).reason, 'it uses "a", "b" and "c", which do not travel with it');
  assertEquals(refuseNames(["a"], true).hint.includes("--allow-sys"), false);
  assertEquals(refuseNames(["a"], false).hint.includes("--allow-sys"), true);
});

Deno.test("refuseAsTask() lets a method named class pass", () => {
  const fn = { class: (): number => 1 }.class;
  assertEquals(refuseAsTask(fn, "class() { return 1; }"), undefined);
  assertEquals(refuseAsTask(fn, "class { }")?.reason, "it is a class");
  assertEquals(refuseAsTask(fn, "class{}")?.reason, "it is a class");
});

Deno.test("isNativeText() takes no text that ends like native code for native code", () => {
  const fn = (): string => "{ [native code] }";
  assertEquals([isNativeText(fn.toString()), isNativeText(Math.max.toString())], [false, true]);
});

Deno.test("refusedWithin() and refusedValue() name the task, the function and the variable", () => {
  const errand = { action: "submit task", name: "f" };
  const refusal = { reason: "it is native code", hint: "Wrap it" };
  assertEquals(
    refusedWithin(errand, "g", refusal).message,
    'Cannot submit task "f": captured function "g" is native code',
  );
  const value = { what: "is a symbol", hint: "Pass a text" };
  assertEquals(
    refusedValue(errand, "f", "k.a", value).message,
    'Cannot submit task "f": captured variable "k.a" is a symbol',
  );
  const within = refusedValue({ ...errand, isValue: true }, "f", "k", value);
  assertEquals(within.message, 'Cannot submit task: captured variable "k" of function "f" is a symbol');
});
