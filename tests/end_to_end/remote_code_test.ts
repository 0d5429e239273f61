/** Programs of several files, on workers that have none of them. @module */
import { assertEquals, assertMatch } from "@std/assert";
import { startCli, type TestProcess } from "../cli/cli_process.ts";
import { Program } from "../support/program.ts";
import { pathInCheckout } from "../support/scripts.ts";

const CONFIG = JSON.stringify({
  imports: {
    "@troupe/troupe": pathInCheckout("mod.ts"),
    "#shapes": "./lib/shapes.ts",
    "javascript": "npm:acorn@8.15.0",
  },
});

const FILES = {
  "deno.json": CONFIG,
  "main.ts": `
    import { Client } from "@troupe/troupe";
    import { Square } from "#shapes";
    import { areas, count, fail, family, late, needs, parsed, where } from "./work.ts";
    import { away, back } from "./away.ts";
    await using client = await Client.connect(Deno.args[0]);
    const impure = client.with({ pure: false });
    const futures = [client.submit(areas, [1, 2]), client.submit(parsed, "1 + 2"), client.submit(late, 5),
      client.submit(where), client.submit(family, 3)];
    // Closures of the main module over modules that travel.
    const side = 2;
    class Cube extends Square { override get area(): number { return super.area * 6; } }
    const apply = (f: (x: number[]) => number[], x: number) => f([x]);
    futures.push(client.submit(() => [new Cube(side).area, ...areas([side])]), client.submit(apply, areas, 3),
      client.submit(apply, (xs: number[]) => areas(xs), 3));
    const counts = [impure.submit(count, 1), impure.submit(count, 1)];
    const failed = client.submit(fail, 4);
    const needy = client.submit(needs);
    // From here on nobody finds the program's files; everything is submitted, and nothing has begun.
    away();
    try {
      const results = await client.gather(futures);
      const error = await failed.exception();
      const absent = await needy.exception();
      console.log(JSON.stringify({
        results, counts: (await client.gather(counts)).sort(),
        error: error?.stack?.split("\\n").slice(0, 2), absent: [absent?.code, absent?.message],
      }));
    } finally {
      back();
    }`,
  "away.ts": `
    const folder = new URL(".", import.meta.url).pathname.slice(0, -1);
    export const away = () => Deno.renameSync(folder, folder + "-away");
    export const back = () => Deno.renameSync(folder + "-away", folder);`,
  "work.ts": `
    import { getClient } from "@troupe/troupe";
    import { parse } from "javascript";
    import { Circle, Shape, Square } from "#shapes";
    import data from "./data.json" with { type: "json" };
    import { next } from "./lib/state.ts";
    import { scale } from "./lib/scale.ts";

    interface Unused { readonly gone: number }

    export const areas = (sides: number[]): number[] =>
      sides.flatMap((side) => [new Square(side), new Circle(side)].map((shape) => shape.area * data.factor));
    export const parsed = (text: string): string => parse(text, { ecmaVersion: 2024 }).body[0]!.type;
    export async function late(x: number): Promise<number> {
      const { twice } = await import("./lib/late.ts");
      return twice(x);
    }
    export const where = (): unknown[] => [new URL("x", import.meta.url).href, import.meta.main, Shape.made];
    export const count = (by: number): number => next(by);
    export async function family(x: number): Promise<number[]> {
      const client = getClient();
      return await client.gather([client.submit(scale, x), client.submit(late, x), client.submit(helper, x),
        client.submit((y: number) => scale(y) + x, 2)]);
    }
    export const helper = (x: number): number => scale(x) + 1;
    export function fail(x: number): never {
      throw new RangeError("no " + scale(x));
    }
    export async function needs(): Promise<number> {
      return (await import("./needy.ts")).one;
    }`,
  "needy.ts": `
    import "data:text/javascript,if (Deno.env.get('TEST_WORKER')) throw new Error('not installed here')";
    export const one = 1;`,
  "lib/shapes.ts": `
    import { rounded } from "./rounded.ts";
    export abstract class Shape {
      static made = 0;
      readonly #side: number;
      constructor(side: number) { this.#side = side; Shape.made++; }
      protected get square(): number { return this.#side ** 2; }
      abstract get area(): number;
    }
    export class Square extends Shape { get area(): number { return this.square; } }
    export class Circle extends Square { override get area(): number { return rounded(super.area * Math.PI); } }`,
  "lib/rounded.ts": `
    import type { Shape } from "./shapes.ts";
    enum Digits { Few = 10 }
    export const rounded = (x: number, _of?: Shape): number => Math.round(x * Digits.Few) / Digits.Few;`,
  "lib/state.ts": `let total = 0; export const next = (by: number): number => total += by;`,
  "lib/scale.ts": `const FACTOR = 10; export function scale(x: number): number { return x * FACTOR; }`,
  "lib/late.ts": `import { scale } from "./scale.ts"; export const twice = (x: number): number => scale(x) / 5;`,
  "data.json": `{ "factor": 1 }`,
};

/** Runs a program against a scheduler, to its end. */
async function run(program: Program, address: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-lock", `${program.folder}/main.ts`, address],
    cwd: program.folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const printed: unknown = JSON.parse(new TextDecoder().decode(stdout));
  return { ...Object(printed) };
}

async function startScheduler(): Promise<{ readonly scheduler: TestProcess; readonly address: string }> {
  const scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
  return { scheduler, address: await scheduler.waitFor(/^Scheduler at: (\S+)$/m) };
}

Deno.test("a program of several files runs on a worker in an empty folder, and anew when it is edited", async () => {
  await using program = await Program.write(FILES);
  await using empty = await Program.write({});
  const { scheduler, address } = await startScheduler();
  await using _scheduler = scheduler;
  await using worker = startCli(["worker", address, "--nthreads", "1"], {
    cwd: empty.folder,
    env: { TEST_WORKER: "yes" },
  });
  await worker.waitFor(/^Registered to: /m);

  const first = await run(program, address);
  assertEquals(first["results"], [
    [1, 3.1, 4, 12.6],
    "ExpressionStatement",
    10,
    [program.url("x"), false, 4],
    [30, 6, 31, 23],
    [24, 4, 12.6],
    [9, 28.3],
    [9, 28.3],
  ]);
  assertEquals(first["counts"], [1, 2]);
  const line = FILES["work.ts"].split("\n").findIndex((text) => text.includes("RangeError")) + 1;
  const [title, frame] = Array.isArray(first["error"]) ? first["error"].map(String) : [];
  assertEquals(title, "RangeError: no 40");
  assertMatch(frame ?? "", new RegExp(`^    at fail \\(${program.url("work.ts")}:${line}:13\\)$`));
  assertEquals(first["absent"], [
    "input/invalid",
    `Cannot import "./needy.ts": module "data:text/javascript,if (Deno.env.get('TEST_WORKER')) throw new Error('not ` +
    `installed here')", imported by "${program.url("needy.ts")}", cannot be imported`,
  ]);

  await program.edit("lib/rounded.ts", FILES["lib/rounded.ts"].replace("Few = 10", "Few = 100"));
  const second = await run(program, address);
  assertEquals(Array.isArray(second["results"]) && second["results"][0], [1, 3.14, 4, 12.57]);
  // What was not edited is the module that was loaded before, with its state.
  assertEquals(second["counts"], [3, 4]);
});
