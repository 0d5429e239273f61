import { ModuleUnits } from "../../actors/code/module_units.ts";
import { Parser } from "../../actors/code/parser.ts";
import { loadShipped } from "../../actors/code/shipped_modules.ts";
import { Program } from "./program.ts";

/**
 * Loads a shipped module, once and before all tests of a file: the module hooks that this needs, and one of Deno's
 * operations with them, stay as long as their thread, and are no leak of the test that happens to be the first.
 */
export async function startModuleHooks(): Promise<void> {
  await using program = await Program.write({ "first.ts": "export const first = 1;" });
  const units = new ModuleUnits(new Parser(), () => undefined);
  units.shipAll();
  const reference = { kind: "module", url: program.url("first.ts"), name: "first" } as const;
  const { requires } = units.refer([reference], "start module hooks");
  for (const unit of requires) await loadShipped(unit, "start module hooks");
}
