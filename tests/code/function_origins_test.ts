import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Capturer } from "../../actors/code/capture.ts";
import type { AnyFunction, CapturedFunction } from "../../actors/code/captured_function.ts";
import { FunctionOrigins } from "../../actors/code/function_origins.ts";
import { Reviver } from "../../actors/code/revive.ts";

// What follows until the functions is not in what V8 runs, so that its lines differ from those here.
interface Shape {
  a: number;

  b: string;
}

type Maybe = Shape | null;

function declared(x: number): number {
  // a comment, and types

  const shape: Maybe = { a: x, b: "b" };
  if (shape.a > 1) throw new RangeError(`too big: ${shape.a}`);
  return 1;
}

const arrow = (x: number): never => {
  throw new Error(`x ${x as number}`);
};
const methods = {
  plain(x: number): never {
    const y: number = x;
    throw new Error(`y ${y}`);
  },
  async later(x: number): Promise<void> {
    await Promise.resolve() as void;
    throw new Error(`x ${x}`);
  },
  ["computed " + 1](x: Maybe): never {
    throw new Error(`x ${x as unknown}`);
  },
};
async function stackOf(fn: AnyFunction): Promise<string> {
  try {
    await Reflect.apply(fn, undefined, [2]);
  } catch (error) {
    assert(error instanceof Error && error.stack !== undefined);
    return error.stack;
  }
  throw new Error("nothing was thrown");
}

function firstPosition(stack: string): string {
  return /\(?((?:file|troupe-code|task)\S*?.*?:\d+:\d+)\)?$/m.exec(stack)?.[1] ?? stack;
}

function newReviver(): Reviver {
  return new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
}

async function revive(reviver: Reviver, { code, hash, name, environment }: CapturedFunction): Promise<AnyFunction> {
  return (await reviver.revive(code, hash, name)).make(environment, { read: () => undefined });
}

Deno.test("FunctionOrigins.locate() puts frames where Deno puts those of the function itself", async () => {
  const capturer = new Capturer({});
  const reviver = newReviver();
  for (const fn of [declared, arrow, methods.plain, methods.later, methods["computed 1"]!]) {
    const revived = await revive(reviver, capturer.capture(fn, "submit task"));
    const stack = await stackOf(revived);
    assertStringIncludes(stack, "troupe-code:///");
    const expected = firstPosition(await stackOf(fn));
    assertStringIncludes(expected, import.meta.url);
    assertEquals(firstPosition(capturer.origins.locate(stack)), expected, fn.name);
  }
});

Deno.test("FunctionOrigins.locate() finds the function next to the submit when several have one text", async () => {
  const capturer = new Capturer({});
  const reviver = newReviver();
  const twins = [
    (x: unknown): never => {
      throw new TypeError(`twin ${x}`);
    },

    (x: unknown): never => {
      throw new TypeError(`twin ${x}`);
    },
  ];
  for (const twin of twins) {
    const stack = await stackOf(await revive(reviver, capturer.capture(twin, "submit task")));
    const site = await stackOf(twin);
    const frame = site.split("\n").find((line) => line.startsWith("    at "));
    assertEquals(firstPosition(capturer.origins.locate(stack, frame)), firstPosition(site));
  }
});

Deno.test("FunctionOrigins.locate() goes back through functions that were written in travelled functions", async () => {
  const there = new Capturer({});
  const reviver = newReviver();
  const inner = () => (x: number): never => {
    throw new Error(`inner ${x}`);
  };
  const here = new Capturer({});
  const sent = here.capture(inner, "submit task");
  const { hash } = sent;
  const nested: unknown = Reflect.apply(await revive(reviver, sent), undefined, []);
  const stack = await stackOf(await revive(reviver, there.capture(nested, "submit task")));
  const halfway = there.origins.locate(stack, `    at inner (troupe-code:///${hash}, <anonymous>:4:7)`);
  assertStringIncludes(halfway, `troupe-code:///${hash}`);
  assertEquals(firstPosition(here.origins.locate(halfway)), firstPosition(await stackOf(inner())));
});

Deno.test("FunctionOrigins.locate() names the task where nothing is known, and leaves what it never saw", () => {
  const origins = new FunctionOrigins();
  const text = "function gone(x) {\n  throw x;\n}";
  origins.remember("abc1", { name: "gone", text: `${text} // nowhere`, expression: text });
  const stack = [
    "Error: x",
    "    at gone (troupe-code:///abc1, <anonymous>:5:3)",
    "    at b (troupe-code:///ffff, <anonymous>:5:3)",
  ];
  assertEquals(origins.locate(stack.join("\n")).split("\n").slice(1), ['    at gone (task "gone":2:3)', stack[2]]);
  assertEquals(origins.locate("Error: x\n    at c (file:///c.ts:1:1)"), "Error: x\n    at c (file:///c.ts:1:1)");
});
