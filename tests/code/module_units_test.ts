import { assertEquals, assertStrictEquals } from "@std/assert";
import type { ModuleReference } from "../../actors/code/function_code.ts";
import { ModuleUnits } from "../../actors/code/module_units.ts";
import { Parser } from "../../actors/code/parser.ts";
import { loadShipped } from "../../actors/code/shipped_modules.ts";
import { startModuleHooks } from "../support/module_hooks.ts";
import { Program } from "../support/program.ts";

await startModuleHooks();

function module(url: string, name = "work", unit?: string): ModuleReference {
  return { kind: "module", url, name, ...unit !== undefined && { unit } };
}

Deno.test("ModuleUnits.refer() leaves references alone until modules travel", async () => {
  await using program = await Program.write({ "a.ts": "export const work = 1;", "b.ts": `import "./a.ts";` });
  const units = new ModuleUnits(new Parser(), () => undefined);
  const parts = [module(program.url("a.ts")), module("npm:acorn@8.15.0"), module(program.url("b.ts"), "*")];
  assertEquals(units.refer(parts, "submit task"), { parts, requires: [] });
  units.shipAll();
  const referred = units.refer([...parts, module(program.url("a.ts"), "other")], "submit task");
  const [a, b] = referred.requires;
  assertEquals(referred.requires.map(({ name }) => name), [program.url("a.ts"), program.url("b.ts")]);
  assertEquals(referred.parts, [
    { ...parts[0]!, unit: a!.hash },
    parts[1]!,
    { ...parts[2]!, unit: b!.hash },
    module(program.url("a.ts"), "other", a!.hash),
  ]);
});

Deno.test("ModuleUnits.refer() lets modules from elsewhere go on as they came", async () => {
  await using program = await Program.write({ "a.ts": "export const work = () => 1;" });
  const sender = new ModuleUnits(new Parser(), () => undefined);
  sender.shipAll();
  const { parts, requires: [unit] } = sender.refer([module(program.url("a.ts"))], "submit task");
  await loadShipped(unit!, "load task");
  const units = new ModuleUnits(new Parser(), () => undefined);
  const loadUrl = `${program.url("a.ts")}#troupe-${unit!.hash}`;
  for (const reference of [parts[0]!, module(loadUrl)]) {
    const referred = units.refer([reference], "submit task");
    assertEquals(referred.parts, parts);
    assertStrictEquals(referred.requires[0], unit);
  }
});
