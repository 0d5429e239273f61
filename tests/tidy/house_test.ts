/** The law, applied to this checkout. What each law refuses is tested beside it, with seeded faults. */
import { assertEquals } from "@std/assert";
import { cycleLaw, executorLaw, layerLaw, outsideLaw } from "./layers.ts";
import { linkLaw } from "./links.ts";
import { mirrorLaw, testedLaw } from "./mirror.ts";
import { doorLaw, duplicateNameLaw, fileSizeLaw, functionSizeLaw, moduleStateLaw, nameLaw } from "./shape.ts";
import { type Law, readCheckout } from "./source_file.ts";
import { wordLaw } from "./words.ts";
import { worldLaw } from "./world.ts";

const files = await readCheckout();

const LAWS: readonly (readonly [what: string, law: Law])[] = [
  ["actors/ imports from above only, types included", layerLaw],
  ["cli/ and examples/ import mod.ts, @std and what users bring along", outsideLaw],
  ["nobody imports executor/ statically, but to run it inline", executorLaw],
  ["no module is part of a cycle", cycleLaw],
  ["mod.ts lists each public name, nobody else hands on", doorLaw],
  ["no module has state of its own", moduleStateLaw],
  ["no file is longer than one can read", fileSizeLaw],
  ["no function is longer than one can read", functionSizeLaw],
  ["files and classes are named after things", nameLaw],
  ["no name is exported twice", duplicateNameLaw],
  ["clock, chance and output are passed in", (all) => worldLaw(all)],
  ["nothing is promised, silenced or pointed at elsewhere", wordLaw],
  ["links of pages lead somewhere", linkLaw],
  ["every file with behaviour has a test", (all) => testedLaw(all)],
  ["tests lie where their subjects lie", mirrorLaw],
];

for (const [what, law] of LAWS) {
  Deno.test(`the house: ${what}`, () => assertEquals(law(files), []));
}
