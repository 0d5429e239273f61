import { assertEquals } from "@std/assert";
import { childConfigFlags, toPath } from "../../actors/actor/child_config.ts";

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  return folder;
}

Deno.test("childConfigFlags() finds the configuration from the main module upwards, the nearest first", async () => {
  const folder = await folderWith({ "deno.jsonc": "{}", "a b/deno.json": "{}", "a b/c/main.ts": "", "d/main.ts": "" });
  try {
    assertEquals(childConfigFlags(`file://${folder}/a%20b/c/main.ts`).slice(0, 2), [
      "--config",
      `${folder}/a b/deno.json`,
    ]);
    assertEquals(childConfigFlags(`file://${folder}/d/main.ts`).slice(0, 2), ["--config", `${folder}/deno.jsonc`]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("childConfigFlags() gives nothing for what is no file, or has no configuration", () => {
  assertEquals(childConfigFlags(undefined), []);
  assertEquals(childConfigFlags("https://example.com/main.ts"), []);
});

Deno.test("toPath() gives the path that a URL means", () => {
  assertEquals(toPath(new URL("file:///a%20b/%C3%B6")), "/a b/ö");
  assertEquals(toPath(new URL("file:///C:/x")), "C:/x");
});

Deno.test("childConfigFlags() holds children to the lock file, but not those of Troupe's own command line", () => {
  const flags = (path: string, usesLock?: boolean) =>
    childConfigFlags(new URL(`../../${path}`, import.meta.url).href, usesLock);
  const config = toPath(new URL("../../deno.json", import.meta.url));
  assertEquals(flags("examples/fib.ts"), ["--config", config, "--frozen"]);
  assertEquals(flags("examples/fib.ts", false), ["--config", config, "--no-lock"]);
  assertEquals(flags("cli/main.ts"), ["--config", config, "--no-lock"]);
});
