import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { FunctionInspector } from "../../actors/code/function_inspector.ts";
import { Parser } from "../../actors/code/parser.ts";
import { UNKNOWN_SCRIPT } from "../../actors/code/script_facts.ts";
import { ScriptReader } from "../../actors/code/script_reader.ts";
import { nextNumber } from "./decorated_module.ts";
import { double } from "./stateful_module.ts";

Deno.test("ScriptReader.of() reads a script once, from its file or from V8", () => {
  const inspector = FunctionInspector.open();
  assert(inspector !== undefined);
  const reader = new ScriptReader(new Parser(), () => inspector);
  const facts = reader.of(inspector.placeOf(double));
  assert(facts.exports.some(([exported]) => exported === "double"));
  assertStrictEquals(reader.of(inspector.placeOf(double)), facts);
  inspector.close();
});

Deno.test("ScriptReader.of() asks V8 about a script whose file is not only JavaScript and types", () => {
  const inspector = FunctionInspector.open();
  assert(inspector !== undefined);
  const facts = new ScriptReader(new Parser(), () => inspector).of(inspector.placeOf(nextNumber));
  assertEquals([facts.mayChange("made"), facts.mayChange("most")], [true, false]);
  inspector.close();
});

Deno.test("ScriptReader.of() knows nothing of a script that it cannot be told of", () => {
  assertStrictEquals(new ScriptReader(new Parser(), () => undefined).of(undefined), UNKNOWN_SCRIPT);
});
