import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { Capturer } from "../../actors/code/capture.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { fromModule } from "../../actors/code/from_module.ts";
import { encodeCode } from "../../actors/code/function_code.ts";
import { Reviver } from "../../actors/code/revive.ts";
import { getClient, getClient as gc } from "./library_stub.ts";
import * as stub from "./library_stub.ts";
import * as stateful from "./stateful_module.ts";

const LIBRARY = { getClient: stub.getClient, Reschedule: stub.Reschedule };
const MODULE_URL = new URL("./stateful_module.ts", import.meta.url).href;

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
const fibonacci = (n: number): number => n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
const fibonacciLater = async (n: number): Promise<number> =>
  n < 2 ? n : await fibonacciLater(n - 1) + await fibonacciLater(n - 2);
const sumTo = function total(n: number): number {
  return n === 0 ? 0 : n + total(n - 1);
};
const object = {
  method(x: number): number {
    return x + 1;
  },
  async later(x: number): Promise<number> {
    return await Promise.resolve(x);
  },
  [Symbol.iterator](x: number): number {
    return x * 2;
  },
  "a b"(x: number): number {
    return x - 1;
  },
  7(x: number): number {
    return x;
  },
};

/** Functions that travel, and arguments to call them with. */
const TRAVELLERS: Readonly<Record<string, readonly [fn: AnyFunction, ...args: unknown[]]>> = {
  "arrow": [(x: number) => x + 1, 1],
  "arrow without parameters": [() => 42],
  "arrow with a block": [(x: number) => {
    const y = x * 2;
    return y + 1;
  }, 5],
  "async arrow": [async (x: number) => await Promise.resolve(x + 1), 1],
  "plain function": [
    function (a: number, b: number) {
      return a + b;
    },
    2,
    3,
  ],
  "async function": [async function later(a: number) {
    return await a;
  }, 2],
  "declaration that calls itself": [factorial, 6],
  "arrow that calls itself": [fibonacci, 12],
  "async arrow that calls itself": [fibonacciLater, 8],
  "named expression that calls itself": [sumTo, 10],
  "defaults and rest": [(a: number, b = 2, ...rest: number[]) => [a, b, rest], 1, undefined, 3, 4],
  "defaults that use parameters": [(a: number, b = a * 2) => b, 4],
  "destructured parameters": [({ a, b: [c, d = 4] }: { a: number; b: number[] }) => [a, c, d], { a: 1, b: [3] }],
  "destructured variables": [(o: { a: number; b: { c: number } }) => {
    const { a, b: { c } } = o;
    return a + c;
  }, { a: 1, b: { c: 2 } }],
  "closures inside": [(n: number) => [1, 2, 3].map((x) => x * n).reduce((sum, x) => sum + x, 0), 2],
  "functions inside": [(n: number) => {
    return twice(twice(n));
    function twice(x: number): number {
      return x * 2;
    }
  }, 3],
  "class inside": [(n: number) => {
    class Base {
      #secret = n;
      static made = 0;
      get secret(): number {
        return this.#secret;
      }
    }
    class Derived extends Base {
      override get secret(): number {
        return super.secret + 1;
      }
    }
    return new Derived().secret;
  }, 3],
  "generator inside": [(n: number) => {
    function* count(): Generator<number> {
      for (let i = 0; i < n; i++) yield i;
    }
    return [...count()];
  }, 4],
  "loops": [(xs: number[]) => {
    let sum = 0;
    for (const x of xs) sum += x;
    for (let i = 0; i < xs.length; i++) sum += i;
    for (const key in xs) sum += Number(key);
    return sum;
  }, [4, 5]],
  "try, catch, finally": [(text: string) => {
    try {
      return JSON.parse(text);
    } catch (error) {
      return error instanceof SyntaxError ? "bad" : error;
    } finally {
      text = "";
    }
  }, "{"],
  "switch and labels": [(n: number) => {
    outer: for (;;) {
      switch (n) {
        case 1: {
          const found = "one";
          return found;
        }
        default:
          n = 1;
          continue outer;
      }
    }
  }, 9],
  "names in strings, comments, regular expressions and templates": [(MODULE: string) => {
    // LIBRARY and factorial are only mentioned here /* MODULE_URL */
    return [
      "LIBRARY",
      'factorial "quoted"',
      /MODULE_URL[/"']/.test(MODULE),
      `stub ${MODULE} gc \`${MODULE + `${1}`}\``,
    ];
  }, "m"],
  "division that looks like a regular expression": [(a: number, b: number) => a / b / (a + b) / [b][0]!, 8, 2],
  "globals of the language": [(x: number) => [Math.max(x, 2), Number("3"), [x] instanceof Array, isNaN(NaN)], 1],
  "globals of the platform": [(s: string) => new TextDecoder().decode(new TextEncoder().encode(s)), "é"],
  "maps and sets": [(xs: number[]) => new Map([...new Set(xs)].map((x) => [x, x * x])), [1, 1, 2]],
  "bigint": [(n: bigint) => n ** 70n, 2n],
  "object literal": [(a: number) =>
    ({
      a,
      b: a,
      ["c" + a]: 1,
      d() {
        return this.a;
      },
      get e() {
        return a;
      },
    }).d(), 1],
  "optional chaining and assignment": [(o: { a?: { b: number }; c?: number }) => (o.c ??= o.a?.b ?? 5) && o, {}],
  "arguments": [
    function () {
      return Array.from(arguments);
    },
    1,
    2,
  ],
  "new.target in a function": [function () {
    return new.target === undefined;
  }],
  "method": [object.method, 1],
  "async method": [object.later, 1],
  "method with a symbol for a name": [object[Symbol.iterator], 4],
  "method with a text for a name": [object["a b"], 4],
  "method with a number for a name": [object[7], 4],
  "static method": [
    class Tool {
      static use(x: number): number {
        return x + 10;
      }
    }.use,
    1,
  ],
  "library by name": [(x: number) => getClient().submit((y) => y + 1, x), 1],
  "library under another name": [(x: number) => gc().submit((y) => y + 2, x), 1],
  "library as one object": [(x: number) => stub.getClient().submit((y) => y + 3, x), 1],
  "library and itself": [function nested(n: number): number {
    return n === 0 ? 0 : getClient().submit(nested, n - 1) + 1;
  }, 3],
  "export that needs nothing of its module": [stateful.double, 4],
  "import by absolute name": [async () => typeof (await import("npm:acorn@8.15.0")).parse],
  "unusual names": [($_: number, été: number, 名: number) => $_ + été + 名, 1, 2, 3],
  "function made at run time": [new Function("a", "b", "return a * b") as AnyFunction, 6, 7],
};

for (const [what, [fn, ...args]] of Object.entries(TRAVELLERS)) {
  Deno.test(`Reviver.revive() makes the same function: ${what}`, async () => {
    const library = { ...stub };
    const { code, hash, name } = new Capturer(library).capture(fn, "submit task");
    const revived = await new Reviver(library).revive(code, hash);
    assert(revived !== fn, "it has not travelled");
    assertEquals(await call(revived, args), await call(fn, args));
    assertEquals(name, fn.name || "lambda");
    assertEquals(revived.name, fn.name);
    assertEquals(revived.length, fn.length);
  });
}

async function call(fn: AnyFunction, args: readonly unknown[]): Promise<unknown> {
  return await Reflect.apply(fn, undefined, structuredClone(args));
}

Deno.test("Reviver.revive() gives each function once, and at once when it travels by value", () => {
  const { code, hash } = new Capturer(LIBRARY).capture(factorial, "submit task");
  const reviver = new Reviver(LIBRARY);
  const revived = reviver.revive(code, hash);
  assert(typeof revived === "function");
  assertStrictEquals(reviver.revive(code, hash), revived);
});

Deno.test("Reviver.revive() lets a function go on with the same hash and name", async () => {
  const capturer = new Capturer(LIBRARY);
  for (const fn of [fibonacci, () => 1, stateful.remember, fromModule(MODULE_URL, "default")]) {
    const sent = capturer.capture(fn, "submit task");
    const revived = await new Reviver(LIBRARY).revive(sent.code, sent.hash);
    assertEquals(new Capturer(LIBRARY).capture(revived, "submit task"), sent);
  }
});

Deno.test("Reviver.revive() reads code that lies in shared memory", () => {
  const { code, hash } = new Capturer(LIBRARY).capture(factorial, "submit task");
  assert(code instanceof Uint8Array);
  const shared = new Uint8Array(new SharedArrayBuffer(code.length));
  shared.set(code);
  assertEquals(typeof new Reviver(LIBRARY).revive(shared, hash), "function");
});

Deno.test("Reviver.revive() names the function's hash in stacks", async () => {
  const { code, hash } = new Capturer(LIBRARY).capture((x: number) => {
    if (x > 0) throw new RangeError("too big");
  }, "submit task");
  const revived = await new Reviver(LIBRARY).revive(code, hash);
  const error = await assertRejects(() => call(revived, [1]), RangeError, "too big");
  assert(error.stack?.includes(`troupe-code:///${hash}`), error.stack);
});

Deno.test("Reviver.revive() runs in strict mode, where a function cannot change its own name", async () => {
  let self = (): unknown => {
    self = () => 2;
    return self;
  };
  const { code, hash } = new Capturer(LIBRARY).capture(self, "submit task");
  const revived = await new Reviver(LIBRARY).revive(code, hash);
  await assertRejects(() => call(revived, []), TypeError, "constant");
});

Deno.test("Reviver.revive() imports an export with the module's own state", async () => {
  const sent = new Capturer(LIBRARY).capture(stateful.remember, "submit task");
  const reviver = new Reviver(LIBRARY);
  const loading = reviver.revive(sent.code, sent.hash);
  assert(loading instanceof Promise);
  const revived = await loading;
  assertStrictEquals(revived, stateful.remember);
  assertStrictEquals(reviver.revive(sent.code, sent.hash), revived);
});

Deno.test("Reviver.revive() says what is wrong with a module", async () => {
  const missing = new URL("./not_there.ts", import.meta.url).href;
  const cases: readonly (readonly [url: string, name: string, message: string])[] = [
    [MODULE_URL, "resize", `Cannot load task "resize": module "${MODULE_URL}" has no export "resize"`],
    [MODULE_URL, "toString", `Cannot load task "toString": module "${MODULE_URL}" has no export "toString"`],
    [MODULE_URL, "answer", `Cannot load task "answer": export "answer" of module "${MODULE_URL}" is not a function`],
    [missing, "f", `Cannot load task "f": module "${missing}" cannot be imported`],
  ];
  for (const [url, name, message] of cases) {
    const { code, hash } = new Capturer(LIBRARY).capture(fromModule(url, name), "submit task");
    const reviver = new Reviver(LIBRARY);
    const error = await assertRejects(() => Promise.resolve(reviver.revive(code, hash)));
    assert(TroupeError.is(error, "input/invalid"));
    assertEquals(error.message, message);
    assert(reviver.revive(code, hash) instanceof Promise, "a failure must not be kept");
    await assertRejects(() => Promise.resolve(reviver.revive(code, hash)));
  }
});

Deno.test("Reviver.revive() refuses what is no code", () => {
  const reviver = new Reviver(LIBRARY);
  const text = (content: string) => new TextEncoder().encode(content);
  for (
    const code of [null, 5, "x", text("{"), text("{}"), text('["source",1]'), text('["other"]'), Uint8Array.of(255)]
  ) {
    const error = assertThrows(() => reviver.revive(code, "h"));
    assert(TroupeError.is(error, "wire/malformed"), String(code));
  }
});

Deno.test("Reviver.revive() refuses a function that does not compile or needs what Troupe has not here", () => {
  const source = { kind: "source", name: "f", selves: [], library: [] } as const;
  const broken = encodeCode({ ...source, text: "(x) => {" });
  const error = assertThrows(() => new Reviver(LIBRARY).revive(broken.code, broken.hash));
  assert(TroupeError.is(error, "input/invalid"));
  assertEquals(error.message, 'Cannot load task "f": its source does not compile here');
  const newer = encodeCode({ ...source, text: "() => future()", library: [["future", "getFuture"]] });
  const other = assertThrows(() => new Reviver(LIBRARY).revive(newer.code, newer.hash));
  assert(TroupeError.is(other, "input/invalid"));
  assertEquals(other.message, 'Cannot load task "f": Troupe has no export "getFuture" here');
});
