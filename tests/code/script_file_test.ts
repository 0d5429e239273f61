import { assert, assertEquals } from "@std/assert";
import { readScriptFile } from "../../actors/code/script_file.ts";

/** Far enough from now for clocks that count whole seconds. */
const LATER_MS = 60_000;

/** What is read of a file that was written a minute ago, as it were. */
function readAged(name: string, text: string): string | undefined {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
    return readScriptFile(new URL(`file://${folder}/${name}`).href, Date.now() + LATER_MS);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("readScriptFile() gives JavaScript as it stands", () => {
  const text = "export let n = 1; n += 1;\n";
  assertEquals(readAged("a.js", text), text);
  assertEquals(readAged("a.mjs", text), text);
});

Deno.test("readScriptFile() takes types away, and enums become what V8 runs", () => {
  const text = readAged(
    "a.ts",
    "import { type B, c } from './c.ts';\nenum E { F }\nexport let n: B = c as B; n = E.F!;\n",
  );
  assert(text !== undefined);
  assert(/import \{ c \} from/.test(text) && text.includes("var E") && /n = /.test(text), text);
  assert(!/as B|: B|enum/.test(text), text);
});

Deno.test("readScriptFile() is undefined for what needs more than that: JSX, broken text, data", () => {
  assertEquals(readAged("a.tsx", "export const a = <b />;"), undefined);
  assertEquals(readAged("a.jsx", "export const a = <b />;"), undefined);
  assertEquals(readAged("a.ts", "export const a: = 1;"), undefined);
  assertEquals(readAged("a.json", "1"), undefined);
});

Deno.test("readScriptFile() is undefined for what is no file that can be read", () => {
  for (
    const url of ["https://example.com/a.ts", "data:text/javascript,1", "file:///nowhere/at/all.ts", "ext:core/a.js"]
  ) {
    assertEquals(readScriptFile(url), undefined, url);
  }
});

Deno.test("readScriptFile() is undefined when the file may have changed since it was loaded, whatever its times say", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/a.js`;
    Deno.writeTextFileSync(path, "1");
    Deno.utimeSync(path, 1, 1);
    const url = new URL(`file://${path}`).href;
    assertEquals(readScriptFile(url, Date.now() - LATER_MS), undefined);
    assertEquals(readScriptFile(url, Date.now() + LATER_MS), "1");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
