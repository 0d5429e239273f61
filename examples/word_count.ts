/**
 * Counts the words of every text file under a folder, and shows the twenty most frequent.
 *
 * ```sh
 * deno run -A examples/word_count.ts FOLDER
 * ```
 *
 * One task per file counts, then neighbours merge, up to one table. The tasks read the files themselves: on a cluster
 * of several machines, the folder must be there on each.
 *
 * @module
 */
import { Client, type Future, wait } from "@troupe/troupe";

type Counts = Map<string, number>;

const TEXT_FILE =
  /\.(c|cpp|css|go|h|html?|java|[cm]?jsx?|json|kt|log|md|php|py|r|rb|rs|rst|sh|sql|toml|[cm]?tsx?|txt|xml|ya?ml)$/i;
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([".git", "node_modules"]);
const FILE_BYTES_MAX = 1024 ** 2;

async function countWords(path: string): Promise<Counts> {
  const text = await Deno.readTextFile(path);
  const counts: Counts = new Map();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}[\p{L}\p{M}\p{N}_]*(?:['’]\p{L}+)*/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function merge(a: Counts, b: Counts): Counts {
  const merged = new Map(a);
  for (const [word, count] of b) merged.set(word, (merged.get(word) ?? 0) + count);
  return merged;
}

async function textFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory && !SKIPPED_FOLDERS.has(name)) files.push(...await textFiles(path));
    if (isFile && TEXT_FILE.test(name) && (await Deno.stat(path)).size <= FILE_BYTES_MAX) files.push(path);
  }
  return files;
}

function table(total: Counts): string {
  const rows = [...total].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 20);
  const most = rows[0]?.[1] ?? 1;
  const width = Math.max(0, ...rows.map(([word]) => word.length));
  return rows.map(([word, count], index) => {
    const bar = "█".repeat(Math.ceil(32 * count / most));
    return `${pad(index + 1, 2)}  ${word.padEnd(width)}  ${pad(count, pad(most).length)}  ${bar}`;
  }).join("\n");
}

function pad(count: number, width = 0): string {
  return count.toLocaleString("en-US").padStart(width);
}

function refuse(reason: string): never {
  console.error(`word_count: ${reason}. Usage: deno run -A examples/word_count.ts FOLDER`);
  Deno.exit(2);
}

const folder = Deno.args[0] ?? refuse("No folder is given");
const files = await Deno.realPath(folder).then(textFiles).catch((error) => refuse(`Cannot read folder: ${error}`));

await using client = await Client.connect();
const startedMs = performance.now();
const counted = client.map(countWords, files);
await wait(counted);

// A file that could not be read is an error like any other: it stays in its future until somebody asks.
for (const future of counted) {
  if (future.status !== "finished") console.error(`word_count: Skipped a file: ${await future.exception()}`);
}

let level: Future<Counts>[] = counted.filter(({ status }) => status === "finished");
const fileCount = level.length;
while (level.length > 1) {
  const next: Future<Counts>[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = level.slice(i, i + 2);
    if (left !== undefined) next.push(right === undefined ? left : client.submit(merge, left, right));
  }
  level = next;
}

const total = await level[0]?.result() ?? new Map();
const words = total.values().reduce((sum, count) => sum + count, 0);
const tookMs = performance.now() - startedMs;
console.log(table(total));
console.log(`\n${pad(files.length + Math.max(0, fileCount - 1))} tasks in ${tookMs.toFixed(0)} ms`);
console.log(
  `${pad(words)} words, ${pad(total.size)} different, in ${pad(fileCount)} ${fileCount === 1 ? "file" : "files"}`,
);
