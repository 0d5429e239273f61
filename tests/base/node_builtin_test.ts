import process from "node:process";
import { assertStrictEquals } from "@std/assert";
import { nodeBuiltin } from "../../actors/base/node_builtin.ts";

Deno.test("nodeBuiltin() gives the module that an import gives", () => {
  assertStrictEquals(nodeBuiltin("node:process"), process);
});
