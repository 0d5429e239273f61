/**
 * A pipeline for the images of an instrument: watches a folder, and measures every PNG in it as soon as it is written.
 *
 * ```sh
 * deno run -A examples/image_pipeline.ts FOLDER [--database images.db] [--once]
 * ```
 *
 * ```text
 * load ─┬─ statistics ───────┬─ store
 *       └─ resize ── edges ──┘
 * ```
 *
 * Each step is a task and takes the futures of the steps before it; the last one writes into an SQLite database. With
 * `--once` it ends when the images that are there are done, else with Ctrl-C. On a cluster of your own, others may look
 * on meanwhile and say what counts as an edge: see `image_pipeline_watch.ts`.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { basename, resolve } from "node:path";
import { decode, encode } from "@jsquash/png";
import resizePixels from "@jsquash/resize";
import { delay } from "@std/async/delay";
import { parseArgs } from "@std/cli/parse-args";
import { Client, Topic, Variable } from "@troupe/troupe";

/** Red, green, blue and opacity of every pixel, row by row. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Of the image as it was loaded; mean and standard deviation of its brightness, of 0 to 255. */
interface Statistics {
  readonly width: number;
  readonly height: number;
  readonly brightness: number;
  readonly contrast: number;
}

/** What the pipeline finds out about an image. */
export interface Measured {
  readonly name: string;
  readonly statistics: Statistics;
  readonly edges: number;
  readonly threshold: number;
}

// ----- the steps

/** The time is only there to be a part of the task's key: a file that was written again is another task. */
async function load(path: string, _modifiedMs: number): Promise<Pixels> {
  try {
    return plain(await decode((await Deno.readFile(path)).buffer));
  } catch (error) {
    throw new Error(`Cannot load "${path}": ${error}`, { cause: error });
  }
}

function statisticsOf(image: Pixels): Statistics {
  const greys = greyOf(image);
  const brightness = greys.reduce((sum, grey) => sum + grey, 0) / greys.length;
  const variance = greys.reduce((sum, grey) => sum + (grey - brightness) ** 2, 0) / greys.length;
  return { width: image.width, height: image.height, brightness, contrast: Math.sqrt(variance) };
}

async function resize(image: Pixels, sideMax: number): Promise<Pixels> {
  const scale = sideMax / Math.max(image.width, image.height);
  if (scale >= 1) return image;
  const width = Math.max(1, Math.round(scale * image.width));
  const height = Math.max(1, Math.round(scale * image.height));
  return plain(await resizePixels(new ImageData(image.data, image.width), { width, height }));
}

/** How many pixels have a gradient, by Sobel, above the threshold. */
function countEdges(image: Pixels, threshold: number): number {
  const { width, height } = image;
  const greys = greyOf(image);
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = (dx: number, dy: number) => greys[(y + dy) * width + x + dx]!;
      const across = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
      const down = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
      if (Math.hypot(across, down) > threshold) count += 1;
    }
  }
  return count;
}

function createTable(file: string): void {
  using database = new DatabaseSync(file);
  database.exec(`CREATE TABLE IF NOT EXISTS images (name TEXT PRIMARY KEY, width INTEGER, height INTEGER,
    brightness REAL, contrast REAL, edges INTEGER, threshold REAL, preview BLOB)`);
}

/** May run again, should a worker die: an image has one row. */
async function store({ small, ...measured }: Measured & { small: Pixels }): Promise<Measured> {
  const { name, statistics: { width, height, brightness, contrast }, edges, threshold } = measured;
  const preview = new Uint8Array(await encode(new ImageData(small.data, small.width)));
  using database = new DatabaseSync(databaseFile, { timeout: 10_000 }); // other tasks write, too
  database.prepare("INSERT OR REPLACE INTO images VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    .run(name, width, height, brightness, contrast, edges, threshold, preview);
  return measured;
}

/** A plain object travels, an `ImageData` does not. */
function plain({ width, height, data }: ImageData): Pixels {
  return { width, height, data: new Uint8ClampedArray(data) };
}

/** How bright every pixel is to the eye. */
function greyOf({ data }: Pixels): Float64Array {
  const greys = new Float64Array(data.length / 4);
  for (let i = 0; i < greys.length; i++) {
    greys[i] = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
  }
  return greys;
}

// ----- the folder

/** The names of files that were there, then of those that are written, until the watcher is closed. */
async function* namesIn(folder: string, watcher: Deno.FsWatcher | undefined): AsyncGenerator<string> {
  for await (const { name, isFile } of Deno.readDir(folder)) if (isFile) yield name;
  for await (const { kind, paths } of watcher ?? []) {
    if (kind !== "remove") yield* paths.map((path) => basename(path));
  }
}

/** Each image once per time that it was written, and only when nobody has written to it for a moment. */
async function* imagesIn(
  folder: string,
  watcher?: Deno.FsWatcher,
): AsyncGenerator<{ name: string; modifiedMs: number }> {
  const seen = new Map<string, number>();
  for await (const name of namesIn(folder, watcher)) {
    if (!/\.png$/i.test(name)) continue;
    const modifiedMs = await lastWriteMs(`${folder}/${name}`);
    if (modifiedMs === undefined || seen.get(name) === modifiedMs) continue;
    seen.set(name, modifiedMs);
    yield { name, modifiedMs };
  }
}

async function lastWriteMs(path: string): Promise<number | undefined> {
  for (;;) {
    const info = await Deno.stat(path).catch(() => undefined); // it may be gone again
    const modifiedMs = info?.mtime?.getTime();
    if (modifiedMs === undefined || Math.abs(Date.now() - modifiedMs) > 200) return modifiedMs;
    await delay(100);
  }
}

// ----- the pipeline

function refuse(reason: string): never {
  console.error(
    `image_pipeline: ${reason}. Usage: deno run -A examples/image_pipeline.ts FOLDER [--database FILE] [--once]`,
  );
  Deno.exit(2);
}

const { _: [path], database, once } = parseArgs(Deno.args, {
  boolean: ["once"],
  string: ["database", "_"],
  default: { database: "images.db" },
  unknown: (arg, key) => key === undefined || refuse(`Unknown flag "${arg}"`),
});
if (path === undefined) refuse("No folder is given");
const folder = await Deno.realPath(`${path}/.`).catch((error) => refuse(`Cannot read folder: ${error}`));

const databaseFile = resolve(String(database)); // workers may have another working folder
createTable(databaseFile);

await using client = await Client.connect();
const edgeThreshold = new Variable<number>("edge-threshold");
const news = new Topic<Measured>("measured-images");
await edgeThreshold.set(100);

const watcher = once ? undefined : Deno.watchFs(folder, { recursive: false });
function stop(): void {
  Deno.removeSignalListener("SIGINT", stop); // the next one ends the program at once
  watcher?.close();
}
if (!once) {
  Deno.addSignalListener("SIGINT", stop);
  console.log(`Watching ${folder} for the cluster at ${client.address}; Ctrl-C ends`);
}

async function* measurements() {
  for await (const { name, modifiedMs } of imagesIn(folder, watcher)) {
    const threshold = await edgeThreshold.get();
    // Their claims end with this round: what the next step needs stays as long as that needs it.
    using image = client.submit(load, `${folder}/${name}`, modifiedMs);
    using statistics = client.submit(statisticsOf, image);
    using small = client.submit(resize, image, 256);
    using edges = client.submit(countEdges, small, threshold);
    yield { name, statistics, small, edges, threshold };
  }
}

// A bounded number is in flight. An image that cannot be read fails its own futures, and nothing else.
for await (const future of client.with({ ordered: false, pure: false }).map(store, measurements())) {
  const error = await future.exception();
  if (error !== null) {
    console.error(`image_pipeline: Skipped an image: ${error.message}`);
    continue;
  }
  const measured = await future.result();
  await news.publish(measured);
  console.log(`${measured.name}: ${measured.edges} edges`);
}
