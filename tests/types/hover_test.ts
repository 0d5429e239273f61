/** What an editor shows of the types that programs get: short, without our own helpers in it. @module */
import { assertEquals } from "@std/assert";
import { pathInCheckout } from "../support/scripts.ts";

/** Expressions, and the types that the compiler names them by. */
const SHOWN: Readonly<Record<string, string>> = {
  "client.submit(add, 1, 2)": "Future<number>",
  "client.submit(add, client.submit(double, 1), 2)": "Future<number>",
  "client.submit((xs) => xs.map(String), [client.submit(double, 1)])": "Future<string[]>",
  "client.submit((p: { a: number }) => p, { a: client.submit(double, 1) })": "Future<{ a: number; }>",
  "client.map(double, [1, 2])": "Future<number>[]",
  "client.map(double, numbers)": "Stream<Future<number>>",
  "client.map(add, client.map(double, numbers), [1])": "Stream<Future<number>>",
  "client.gather(client.map(double, numbers))": "Stream<number>",
  "await client.gather(client.map(double, [1]))": "number[]",
  "await client.gather({ a: client.submit(double, 1), b: [client.submit(String, 1), 2] })":
    "{ a: number; b: [string, 2]; }",
  'await client.gather([client.submit(double, 1)], { errors: "skip" })': "number[]",
  "await client.scatter({ a: 1, b: new Uint8Array(1) })": "Scattered<{ a: number; b: Uint8Array<ArrayBuffer>; }>",
  "await client.scatter([1, 2])": "[Future<number>, Future<number>]",
  "client.scatter(numbers)": "Stream<Future<number>>",
  "asCompleted(client.map(double, [1]))": "AsCompleted<number, Future<number>>",
  "await asCompleted(client.map(double, [1]), { withResults: true }).next()":
    "[future: Future<number>, result: number]",
  "await wait(client.map(double, [1]))": "{ done: Future<number>[]; notDone: Future<number>[]; }",
};

const HEAD = `
import { asCompleted, type Client, wait } from "@troupe/troupe";
declare const client: Client;
declare const numbers: AsyncIterable<number>;
const add = (x: number, y: number): number => x + y;
const double = async (x: number): Promise<number> => await Promise.resolve(2 * x);
void [asCompleted, wait, numbers, add, double];
`;

Deno.test("the types that an editor shows are short", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const probes = Object.keys(SHOWN).map((expression) => `{ const shown: never = ${expression}; void shown; }`);
    await Deno.writeTextFile(`${folder}/main.ts`, `${HEAD}${probes.join("\n")}\n`);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-lock", "--config", pathInCheckout("deno.json"), `${folder}/main.ts`],
      env: { NO_COLOR: "1" },
    }).output();
    const errors = new TextDecoder().decode(stderr);
    const shown = [...errors.matchAll(/Type '(.*)' is not assignable to type 'never'\./g)].map(([, type]) => type);
    assertEquals(shown, Object.values(SHOWN), errors);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
