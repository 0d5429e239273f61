import { assert, assertEquals } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { refused, refuseKind, refuseNames } from "../../actors/code/refusal.ts";

Deno.test("refused() is an error with the action, the name and the reason", () => {
  const error = refused("submit task", "f", { reason: "it is native code", hint: "Wrap it", names: ["a"] });
  assert(TroupeError.is(error, "task/not-serializable"));
  assertEquals(error.message, 'Cannot submit task "f": it is native code');
  assertEquals([error.hint, error.details], ["Wrap it", { name: "f", names: ["a"] }]);
});

Deno.test("refuseNames() lists names and asks for permission where that would help", () => {
  assertEquals(refuseNames(["a"], true).reason, 'it uses "a", which does not travel with it');
  assertEquals(refuseNames(["a", "b", "c"], true).reason, 'it uses "a", "b" and "c", which do not travel with it');
  assertEquals(refuseNames(["a"], true).hint.includes("--allow-sys"), false);
  assertEquals(refuseNames(["a"], false).hint.includes("--allow-sys"), true);
});

Deno.test("refuseKind() lets a method named class pass", () => {
  const fn = { class: (): number => 1 }.class;
  assertEquals(refuseKind(fn, "class() { return 1; }", "class"), undefined);
  assertEquals(refuseKind(fn, "class { }", "")?.reason, "it is a class");
  assertEquals(refuseKind(fn, "class{}", "")?.reason, "it is a class");
});

Deno.test("refuseKind() takes no text that ends like native code for native code", () => {
  const fn = (): string => "{ [native code] }";
  assertEquals(refuseKind(fn, fn.toString(), "fn"), undefined);
});
