import { assertEquals } from "@std/assert";
import { NameScope } from "../../actors/code/name_scope.ts";

Deno.test("NameScope.free() resolves uses against declarations that come later", () => {
  const outer = NameScope.outermost();
  const inner = outer.open();
  inner.use("hoisted");
  inner.use("free");
  outer.declare("hoisted");
  assertEquals([...outer.free()], ["free"]);
});

Deno.test("NameScope.free() does not see declarations of a scope beside", () => {
  const outer = NameScope.outermost();
  outer.open().declare("beside");
  outer.open().use("beside");
  assertEquals([...outer.free()], ["beside"]);
});

Deno.test("NameScope.varScope is the body of the nearest function", () => {
  const body = NameScope.outermost().open({ isFunctionBody: true });
  assertEquals(body.open().open().varScope === body, true);
});
