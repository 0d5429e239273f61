import { assert, assertEquals, assertMatch } from "@std/assert";
import { TestProcess } from "../cli/cli_process.ts";
import { runExample } from "./example_process.ts";

async function withFolder(files: Readonly<Record<string, string>>, use: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("word_count.ts counts text files below a folder, and shows a table", async () => {
  const files = {
    "a.md": "The cat, the dog: don't!\n",
    "deep/er/b.txt": "THE Café’s cat naïve 42 x1\n",
    "deep/c.ts": "const dog = the_dog;",
    "picture.png": "dog dog dog",
    "README": "dog dog dog",
    "big.md": "dog ".repeat(300_000),
    ".git/x.md": "dog dog dog",
    "deep/node_modules/x.md": "dog dog dog",
  };
  await withFolder(files, async (folder) => {
    const lines = await runExample("word_count.ts", ["."], { cwd: folder });
    assertEquals(lines.slice(0, 10), [
      " 1  the      3  ████████████████████████████████",
      " 2  cat      2  ██████████████████████",
      " 3  dog      2  ██████████████████████",
      " 4  café’s   1  ███████████",
      " 5  const    1  ███████████",
      " 6  don't    1  ███████████",
      " 7  naïve    1  ███████████",
      " 8  the_dog  1  ███████████",
      " 9  x1       1  ███████████",
      "",
    ]);
    assertMatch(lines.at(-2) ?? "", /^5 tasks in \d+ ms$/);
    assertEquals(lines.at(-1), "13 words, 9 different, in 3 files");
  });
});

Deno.test("word_count.ts shows twenty words at most", async () => {
  const words = Array.from({ length: 30 }, (_, index) => `word${index} `.repeat(2000 - index)).join("");
  await withFolder({ "a.txt": words }, async (folder) => {
    const lines = await runExample("word_count.ts", [folder]);
    assertEquals(lines.length, 20 + 3);
    assertEquals(lines[19]?.slice(0, 20), "20  word19  1,981  █");
    assertEquals(lines.at(-1), "59,565 words, 30 different, in 1 file");
  });
});

Deno.test("word_count.ts is content with an empty folder", async () => {
  await withFolder({}, async (folder) => {
    const lines = await runExample("word_count.ts", [folder]);
    assertEquals(lines.at(-1), "0 words, 0 different, in 0 files");
  });
});

Deno.test("word_count.ts counts this project's own sources", async () => {
  const lines = await runExample("word_count.ts", ["."]);
  const [, words, different, files] =
    /^([\d,]+) words, ([\d,]+) different, in ([\d,]+) files$/.exec(lines.at(-1) ?? "") ?? [];
  assert(number(words) > 10_000 && number(different) > 1_000 && number(files) > 50, lines.at(-1));
  assertEquals(lines.filter((line) => line.includes("█")).length, 20);
});

Deno.test("word_count.ts refuses a missing folder in one line with its usage, and exit code 2", async () => {
  for (const args of [[], ["/no/such/folder"], [import.meta.filename ?? ""]]) {
    await using process = new TestProcess("examples/word_count.ts", args);
    const { code, stdout, stderr } = await process.ended;
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^word_count: .+\. Usage: deno run -A examples\/word_count\.ts FOLDER\n$/);
  }
});

function number(text: string | undefined): number {
  return Number(text?.replaceAll(",", ""));
}
