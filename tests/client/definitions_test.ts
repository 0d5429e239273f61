import { assertEquals } from "@std/assert";
import { Definitions, GENERATION_MAX } from "../../actors/client/definitions.ts";
import type { CodeUnit } from "../../actors/code/captured_function.ts";

function unit(hash: string, ...requires: CodeUnit[]): CodeUnit {
  return { hash, name: hash, code: null, requires };
}

function recorder(): { readonly definitions: Definitions; readonly said: string[] } {
  const said: string[] = [];
  const definitions = new Definitions((m) => {
    if (m.type === "define-function") said.push(`${m.hash}${m.requires ? ` needs ${m.requires.join(" ")}` : ""}`);
    if (m.type === "forget-functions") said.push(`forget ${m.hashes.length}, first ${m.hashes[0]}`);
  });
  return { definitions, said };
}

Deno.test("Definitions.define() tells what is required first, each once", () => {
  const { definitions, said } = recorder();
  const a = unit("a");
  const b = unit("b", a);
  Object.assign(a, { requires: [b] });
  definitions.define(unit("f", a));
  definitions.define(unit("g", b, a));
  definitions.define(unit("f", a));
  assertEquals(said, ["b needs a", "a needs b", "f needs a", "g needs b a"]);
});

Deno.test("Definitions.define() forgets what was not used for long, and tells it anew then", () => {
  const { definitions, said } = recorder();
  const a = unit("a");
  definitions.define(unit("f", a));
  definitions.define(unit("g", a));
  const lambdas = (from: number) => {
    for (let i = 0; i < GENERATION_MAX; i++) definitions.define(unit(`h${from + i}`));
  };
  lambdas(0);
  definitions.define(unit("g", a));
  lambdas(GENERATION_MAX);
  const forgotten = said.filter((line) => line.startsWith("forget"));
  assertEquals(forgotten, [`forget ${GENERATION_MAX - 2}, first f`]);
  said.length = 0;
  definitions.define(unit("g", a));
  assertEquals(said, []);
  definitions.define(unit("f", a));
  assertEquals(said, ["f needs a"]);
});
