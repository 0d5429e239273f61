import { assertEquals } from "@std/assert";
import { FunctionInspector } from "../../actors/code/function_inspector.ts";
import { NameResolver } from "../../actors/code/name_resolver.ts";
import { getClient, getClient as gc } from "./library_stub.ts";
import * as stub from "./library_stub.ts";

const local = 1;
const again = () => [again, gc, getClient, stub, local, fetch];
const NAMES = new Set(["again", "gc", "getClient", "stub", "local", "fetch", "this", "nowhere"]);

Deno.test("NameResolver.resolve() goes by identity where V8 tells the values", () => {
  assertEquals(new NameResolver(stub).resolve(again, "again", NAMES, FunctionInspector.open()), {
    selves: ["again"],
    library: [["gc", "getClient"], ["getClient", "getClient"], ["stub", "*"]],
    missing: ["local", "this", "nowhere"],
  });
});

Deno.test("NameResolver.resolve() goes by name elsewhere", () => {
  assertEquals(new NameResolver(stub).resolve(again, "again", NAMES, undefined), {
    selves: ["again"],
    library: [["getClient", "getClient"]],
    missing: ["gc", "stub", "local", "this", "nowhere"],
  });
});

Deno.test("NameResolver.resolve() takes no module for the library that has more than the library", () => {
  const resolver = new NameResolver({ getClient });
  assertEquals(resolver.resolve(again, "again", new Set(["stub"]), FunctionInspector.open()).missing, ["stub"]);
});

Deno.test("NameResolver.isPromising() is true when every name may travel", () => {
  const resolver = new NameResolver(stub);
  assertEquals(resolver.isPromising(new Set(["fetch", "Math", "getClient", "me"]), "me"), true);
  assertEquals(resolver.isPromising(new Set(["Math", "other"]), "me"), false);
});
