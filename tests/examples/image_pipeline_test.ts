import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { decode, encode } from "@jsquash/png";
import { DatabaseSync } from "node:sqlite";
import { startCli, TestProcess } from "../cli/cli_process.ts";
import { runExample } from "./example_process.ts";

type Colour = readonly [red: number, green: number, blue: number];
type Row = Readonly<Record<"width" | "height" | "brightness" | "contrast" | "edges" | "threshold", number>>;

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

async function png(width: number, height: number, colourAt: (x: number, y: number) => Colour): Promise<Uint8Array> {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.set([...colourAt(i % width, Math.floor(i / width)), 255], 4 * i);
  }
  return new Uint8Array(await encode(image));
}

/** Left half black, right half white. */
function halves(width: number, height: number): Promise<Uint8Array> {
  return png(width, height, (x) => x < width / 2 ? BLACK : WHITE);
}

async function withFolder(use: (folder: string, databaseFile: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/images`);
    await use(`${root}/images`, `${root}/images.db`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** The rows by name, but for the previews. */
function rowsOf(databaseFile: string): Readonly<Record<string, Row>> {
  using database = new DatabaseSync(databaseFile, { readOnly: true });
  const rows = database.prepare(
    "SELECT name, width, height, brightness, contrast, edges, threshold FROM images ORDER BY name",
  ).all();
  return Object.fromEntries(rows.map(({ name, ...row }) => [String(name), row as Row]));
}

async function previewOf(databaseFile: string, name: string): Promise<ImageData> {
  using database = new DatabaseSync(databaseFile, { readOnly: true });
  const preview = database.prepare("SELECT preview FROM images WHERE name = ?").get(name)?.["preview"];
  return await decode(new Uint8Array(preview as Uint8Array).buffer);
}

Deno.test("image_pipeline.ts measures the images of a folder, and keeps what it found in a database", async () => {
  await withFolder(async (folder, databaseFile) => {
    await Deno.writeFile(`${folder}/halves.png`, await halves(4, 4));
    await Deno.writeFile(`${folder}/dot.PNG`, await png(5, 5, (x, y) => x === 2 && y === 2 ? [0, 100, 0] : BLACK));
    await Deno.writeFile(`${folder}/plain.png`, await png(3, 2, () => [10, 20, 30]));
    await Deno.writeFile(`${folder}/wide.png`, await halves(1024, 512));
    await Deno.writeTextFile(`${folder}/notes.txt`, "no image");
    const lines = await runExample("image_pipeline.ts", [folder, "--once", "--database", databaseFile]);
    assertEquals(lines.map((line) => line.replace(/:.*/, "")).sort(), [
      "dot.PNG",
      "halves.png",
      "plain.png",
      "wide.png",
    ]);

    const rows = rowsOf(databaseFile);
    assertEquals(Object.keys(rows), ["dot.PNG", "halves.png", "plain.png", "wide.png"]);
    const { brightness = 0, contrast = 0, ...halved } = rows["halves.png"] ?? {};
    // Each of the four inner pixels lies beside the step, which is 4 * 255 there.
    assertEquals(halved, { width: 4, height: 4, edges: 4, threshold: 100 });
    assertAlmostEquals(brightness, 127.5);
    assertAlmostEquals(contrast, 127.5);

    // A single pixel of brightness 58.7: gradients of 2 * 58.7 beside it, of sqrt(2) * 58.7 at its corners, none on it.
    const dot = rows["dot.PNG"];
    assertEquals([dot?.width, dot?.height, dot?.edges], [5, 5, 4]);
    assertAlmostEquals(dot?.brightness ?? 0, 58.7 / 25);
    assertAlmostEquals(dot?.contrast ?? 0, 58.7 * Math.sqrt(24) / 25);

    const plain = rows["plain.png"];
    assertEquals([plain?.width, plain?.height, plain?.edges], [3, 2, 0]);
    assertAlmostEquals(plain?.brightness ?? 0, 0.299 * 10 + 0.587 * 20 + 0.114 * 30);
    assertAlmostEquals(plain?.contrast ?? 1, 0, 1e-9);

    // Measured as it was, searched for edges as its preview: at least both columns at the step, but for the rim.
    const wide = rows["wide.png"];
    assertEquals([wide?.width, wide?.height, wide?.brightness], [1024, 512, 127.5]);
    const preview = await previewOf(databaseFile, "wide.png");
    assertEquals([preview.width, preview.height, (wide?.edges ?? 0) % 126, (wide?.edges ?? 0) >= 252], [
      256,
      128,
      0,
      true,
    ]);
  });
});

Deno.test("image_pipeline.ts skips what is no image, and measures an image again that has changed", async () => {
  await withFolder(async (folder, databaseFile) => {
    await Deno.writeFile(`${folder}/a.png`, await halves(4, 4));
    await Deno.writeTextFile(`${folder}/broken.png`, "no image");
    await using first = new TestProcess("examples/image_pipeline.ts", [folder, "--once", "--database", databaseFile]);
    const { code, stdout, stderr } = await first.ended;
    assertEquals([code, stdout], [0, "a.png: 4 edges\n"]);
    assertMatch(stderr, /^image_pipeline: Skipped an image: Cannot load ".+\/broken\.png": .+\n$/);

    await Deno.remove(`${folder}/broken.png`);
    await Deno.writeFile(`${folder}/a.png`, await halves(6, 6));
    await runExample("image_pipeline.ts", [folder, "--once", "--database", databaseFile]);
    assertEquals(Object.values(rowsOf(databaseFile)).map(({ width, edges }) => [width, edges]), [[6, 8]]);
  });
});

Deno.test("image_pipeline.ts goes on with new images, and heeds a second client that turns the threshold", async () => {
  await withFolder(async (folder, databaseFile) => {
    await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
    const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
    await using worker = startCli(["worker", address, "--nthreads", "2"]);
    await worker.waitFor(/Registered to: /);

    await Deno.writeFile(`${folder}/first.png`, await halves(4, 4));
    await using pipeline = new TestProcess("examples/image_pipeline.ts", [folder, "--database", databaseFile], {
      env: { TROUPE_SCHEDULER_ADDRESS: address },
    });
    await pipeline.waitFor(/^first\.png: 4 edges$/m);

    await using watch = new TestProcess("examples/image_pipeline_watch.ts", [address, "1020"]);
    await watch.waitFor(/^An edge is a gradient above 1020$/m);
    // A step of 4 * 255 is no more than that.
    await Deno.writeFile(`${folder}/second.png`, await halves(4, 4));
    const news = await watch.waitFor(/^.*second\.png.*$/m);
    assertEquals(news, "1. second.png: 4 x 4, brightness 127.5, contrast 127.5, 0 edges above 1020");

    await pipeline.listensTo("SIGINT");
    pipeline.signal("SIGINT");
    const { code, stderr } = await pipeline.ended;
    assertEquals([code, stderr], [0, ""]);
    const found = Object.entries(rowsOf(databaseFile)).map(([name, { edges, threshold }]) => [name, edges, threshold]);
    assertEquals(found, [["first.png", 4, 100], ["second.png", 0, 1020]]);
  });
});

Deno.test("image_pipeline.ts and its watch refuse bad arguments in one line with their usage, and exit code 2", async () => {
  for (const args of [[], ["/no/such/folder"], [import.meta.filename ?? ""], [".", "--twice"]]) {
    await using process = new TestProcess("examples/image_pipeline.ts", args);
    const { code, stdout, stderr } = await process.ended;
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^image_pipeline: .+\. Usage: deno run -A examples\/image_pipeline\.ts FOLDER .+\n$/);
  }
  for (const args of [[], ["tcp://127.0.0.1:1", "much"]]) {
    await using process = new TestProcess("examples/image_pipeline_watch.ts", args);
    const { code, stderr } = await process.ended;
    assertEquals(code, 2);
    assertMatch(stderr, /^Usage: .+\n$/);
  }
});
