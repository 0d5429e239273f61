/** Functions that travel by their text alone. @module */
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { getClient, getClient as gc } from "./library_stub.ts";
import * as stub from "./library_stub.ts";
import * as stateful from "./stateful_module.ts";

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

/** Functions that use nothing but globals, themselves and Troupe, and arguments to call them with. */
export const SELF_CONTAINED: Readonly<Record<string, readonly [fn: AnyFunction, ...args: unknown[]]>> = {
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
