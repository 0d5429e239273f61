/** One text file of the checkout. */
export interface SourceFile {
  /** Where it lies, from the checkout's top, with forward slashes. */
  readonly path: string;
  /** What is in it. */
  readonly text: string;
}

/** What a law looks for: each problem names the file it is about, in the order of the files. */
export type Law = (files: readonly SourceFile[]) => string[];

const ROOT = new URL("../../", import.meta.url);
const TEXT_ENDINGS = /\.(?:ts|js|css|html|json|md|yml|sh|txt)$|\/run$|^LICENSE$/;
/** Neither ours nor text: version control, installed packages, what coverage leaves. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", "coverage"]);

/** Every text file below the checkout's top, sorted by path. */
export async function readCheckout(): Promise<SourceFile[]> {
  const paths = await listPaths("");
  return await Promise.all(
    paths.sort().map(async (path) => ({
      path,
      text: await Deno.readTextFile(new URL(path, ROOT)),
    })),
  );
}

async function listPaths(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    if (SKIPPED.has(entry.name)) continue;
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) found.push(...await listPaths(`${path}/`));
    else if (TEXT_ENDINGS.test(path) && path !== "deno.lock") found.push(path);
  }
  return found;
}
