/** Dask's tutorial on futures: three small tasks for each of 256 numbers, and a tree that sums them up. */
import { Client, type Future } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { medianMs } from "../measure.ts";
import { readScale } from "../scale.ts";

function inc(x: number): number {
  return x + 1;
}

function double(x: number): number {
  return 2 * x;
}

function add(x: number, y: number): number {
  return x + y;
}

/** Submits the whole tree, and checks its sum. Starts at another number each time: a pure task runs only once. */
async function sumTree(client: Client, start: number, leaves: number): Promise<void> {
  const all: Future<number>[] = [];
  let level: Future<number>[] = [];
  let expected = 0;
  for (let i = start; i < start + leaves; i++) {
    const x = client.submit(inc, i);
    const y = client.submit(double, x);
    const z = client.submit(add, x, y);
    all.push(x, y, z);
    level.push(z);
    expected += 3 * (i + 1);
  }
  while (level.length > 1) {
    const next: Future<number>[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]];
      if (left !== undefined && right !== undefined) next.push(client.submit(add, left, right));
    }
    all.push(...next);
    level = next;
  }
  const sum = await level[0]?.result();
  for (const future of all) future.release();
  if (sum !== expected) throw new Error(`Cannot measure tree: its sum is ${sum}, not ${expected}`);
}

async function main(): Promise<void> {
  const { treeLeaves, repeats } = readScale(Deno.args);
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 2, dashboardPort: false });
  let start = 0;
  const ms = await medianMs(() => sumTree(client, start += treeLeaves, treeLeaves), { warmUps: 3, repeats });
  printFigures({ seed_001: { value: ms } });
}

await main();
