/**
 * Functions that capture, and arguments to call them with: each must give, wherever it runs, what it gives here. They need
 * no files of this machine.
 *
 * @module
 */
import { EventEmitter } from "node:events";
import { basename, join as joinPath } from "node:path";
import * as path from "node:path";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import data from "./captured_data.json" with { type: "json" };

const k = 10;
let changing = 1;
changing += 1;
// deno-lint-ignore no-var -- a construct of the language that must travel
var old = 3;
const config = { db: { retries: 3, hosts: ["a", "b"] }, on: true };
const ring: { name: string; self?: unknown } = { name: "ring" };
ring.self = ring;
const { retries, hosts: [firstHost, ...otherHosts] } = config.db;
const table = new Map<string, number[]>([["a", [1]], ["b", [2, 3]]]);
const memo = new Map<number, number>();
const when = new Date(0);
const pattern = /a(b+)/g;
const big = 2n ** 70n;
const bytes = Uint8Array.of(1, 2, 3);
const site = new URL("https://example.com/a?b=1");
const failure = new TypeError("captured");
const symbolKeyed = { plain: 1, [Symbol.for("hidden")]: 2 };

// deno-lint-ignore house/no-other-ways -- a construct of the language that must travel
enum Color {
  Red,
  Green = 5,
}
// deno-lint-ignore no-namespace house/no-other-ways -- a construct of the language that must travel
namespace Geometry {
  export const unit = 2;
  export function area(side: number): number {
    return side * side * unit;
  }
}

function add(a: number, b: number): number {
  return a + b + k;
}
const arrow = (x: number): number => add(x, 1);
function even(n: number): boolean {
  return n === 0 || odd(n - 1);
}
function odd(n: number): boolean {
  return n !== 0 && even(n - 1);
}
function fib(n: number): number {
  const known = memo.get(n);
  if (known !== undefined) return known;
  const value = n < 2 ? n : fib(n - 1) + fib(n - 2);
  memo.set(n, value);
  return value;
}
async function later(x: number): Promise<number> {
  await Promise.resolve();
  return x + k;
}
function* count(to: number): Generator<number> {
  for (let i = 0; i < to; i++) yield i + k;
}
async function* countLater(to: number): AsyncGenerator<number> {
  for (const i of count(to)) yield await later(i);
}
const withProperties = Object.assign((x: number) => x * withProperties.factor, { factor: k });
function makeCounter(start: number): { next: () => number; peek: () => number } {
  // deno-lint-ignore prefer-const -- it must be one that could change
  let at = start;
  return { next: () => at + 1, peek: () => at };
}
const counter = makeCounter(5);
function compose<A, B, C>(f: (a: A) => B, g: (b: B) => C): (a: A) => C {
  return (a) => g(f(a));
}
function curry(a: number): (b: number) => (c: number) => number {
  return (b) => (c) => a * 100 + b * 10 + c + k;
}

class Animal {
  static made = 0;
  static readonly #registry: string[] = [];
  static {
    Animal.#registry.push("ready");
  }
  readonly #name: string;
  legs = k;
  constructor(name: string) {
    this.#name = name;
    Animal.made++;
  }
  get name(): string {
    return `${this.#name} (${Animal.#registry.length})`;
  }
  speak(): string {
    return `${this.name} speaks`;
  }
  static create(name: string): Animal {
    return new this(name);
  }
}
class Dog extends Animal {
  override speak(): string {
    return `${super.speak()} loudly ${k}`;
  }
}
class Puppy extends Dog {
  override get name(): string {
    return `little ${super.name}`;
  }
}
class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.name = "HttpError";
    this.status = status;
  }
}
class Bus extends EventEmitter {
  fire(x: number): number {
    let seen = 0;
    this.on("fire", (value: number) => seen = value + k);
    this.emit("fire", x);
    return seen;
  }
}
class Node2 {
  readonly next: Node2 | undefined;
  constructor(next?: Node2) {
    this.next = next;
  }
  length(): number {
    return 1 + (this.next?.length() ?? 0);
  }
  pair(): Pair {
    return new Pair(this);
  }
}
class Pair {
  readonly of: Node2;
  constructor(of: Node2) {
    this.of = of;
  }
  twice(): number {
    return this.of.pair() instanceof Pair ? this.of.length() * 2 : 0;
  }
}
const shapes: Record<string, new (name: string) => Animal> = { dog: Dog, puppy: Puppy };
const Anonymous = class {
  value = k;
};

const toolbox = {
  base: k,
  add(x: number): number {
    return x + k;
  },
  nested: { arrow: (x: number) => add(x, x), list: [(x: number) => x - k] },
  get computed(): number {
    return k * 2;
  },
};
const max = Math.max;
const { parse, stringify } = JSON;
const slice = Array.prototype.slice;
const bound = add.bind(null, 5);
const boundThis = function (this: { base: number }, x: number): number {
  return this.base + x;
}.bind({ base: 7 });
const boundTwice = bound.bind(null, 6);
const loops: (() => number)[] = [];
for (let i = 0; i < 3; i++) loops.push(() => i * k);
for (const x of [7, 8]) loops.push(() => x + k);
const shadow = ((fetch: number, k: number) => (x: number) => fetch + k + x)(1, 2);
const deep = ((a: number) => ((b: number) => ((c: number) => () => [a, b, c, k])(3))(2))(1);
const ycombinator =
  ((f: (g: (n: number) => number) => (n: number) => number) =>
    ((x: (y: never) => number) => f((n) => (x(x as never) as unknown as (m: number) => number)(n)))(
      ((x: (y: never) => number) => f((n) => (x(x as never) as unknown as (m: number) => number)(n))) as never,
    ))((g) => (n) => n < 2 ? 1 : n * g(n - 1));

/** By what they show. */
export const CLOSURES: Readonly<Record<string, readonly [fn: AnyFunction, ...args: unknown[]]>> = {
  "a constant": [(x: number) => x + k, 1],
  "a let that was changed": [() => changing],
  "a var": [() => old],
  "an object": [() => config.db.retries + config.db.hosts.length],
  "a cycle": [() => (ring.self as typeof ring).name],
  "destructured constants": [() => [retries, firstHost, otherHosts]],
  "a Map": [(key: string) => table.get(key), "b"],
  "a cache that it writes to": [() => fib(40)],
  "a Date, a RegExp, a bigint, bytes, a URL": [() => [when, "xabb".replace(pattern, "$1"), big, bytes, site.host]],
  "an error": [() => [failure instanceof TypeError, failure.message]],
  "an object with symbol keys": [() => symbolKeyed.plain],
  "an enum": [() => [Color.Green, Color[0]]],
  "a namespace": [() => Geometry.area(3)],
  "a JSON import": [() => data.answer],
  "undefined, null, NaN, -0": [
    ((a: unknown, b: null, c: number, d: number) => () => [a, b, c, d])(undefined, null, NaN, -0),
  ],
  "a function declaration that captures": [add, 1, 2],
  "an arrow that calls a declaration": [arrow, 1],
  "mutual recursion": [even, 10],
  "mutual recursion from the other end": [odd, 7],
  "an async function": [() => later(1)],
  "an async arrow": [async (x: number) => (await later(x)) + k, 1],
  "a generator function": [(n: number) => [...count(n)], 3],
  "an async generator function": [async (n: number) => {
    const found: number[] = [];
    for await (const x of countLater(n)) found.push(x);
    return found;
  }, 3],
  "properties of a function": [(x: number) => withProperties(x), 4],
  "a closure of a function": [() => counter.next() + counter.peek()],
  "a closure itself": [counter.next],
  "closures made of closures": [compose(arrow, (x: number) => x * k), 2],
  "curried closures": [curry(1)(2), 3],
  "closures of a loop": [() => loops.map((f) => f())],
  "one closure of a loop": [loops[2]!],
  "shadowed names": [shadow, 10],
  "deep scopes": [deep],
  "a fixed point": [ycombinator, 5],
  "default parameters that capture": [(x: number, y = k, z = add(x, y)) => [x, y, z], 1],
  "computed keys that capture": [(x: number) => ({ [`key${k}`]: x }), 1],
  "destructuring with captured defaults": [
    ({ a = k, b: { c = retries } = { c: k } }: { a?: number; b?: { c?: number } }) => [
      a,
      c,
    ],
    {},
  ],
  "a tagged template": [() => ((texts: TemplateStringsArray, ...xs: number[]) => texts.join("|") + xs[0])`a${k}b`],
  "a nested function that captures": [(xs: number[]) => {
    function scale(x: number): number {
      return x * k + retries;
    }
    return xs.map(scale);
  }, [1, 2]],
  "a class": [() => new Animal("cat").speak()],
  "a class that extends a captured one": [() => new Dog("rex").speak()],
  "two levels of extends": [() => new Puppy("rex").speak()],
  "static methods": [() => Dog.create("rex").speak()],
  "instanceof": [() => new Puppy("a") instanceof Animal],
  "a subclass of Error": [() => {
    const error = new HttpError(404 + k);
    return [error.message, error.status, error instanceof Error];
  }],
  "a subclass of a class of node:": [(x: number) => new Bus().fire(x), 3],
  "classes that need each other": [() => new Node2(new Node2()).pair().twice()],
  "classes in data": [(kind: string) => new shapes[kind]!("rex").speak(), "dog"],
  "an anonymous class": [() => [new Anonymous().value, Anonymous.name]],
  "a method of an object": [toolbox.add, 1],
  "an object with methods": [() => toolbox.add(1) + toolbox.nested.arrow(2) + toolbox.nested.list[0]!(3)],
  "a getter, evaluated when it travels": [() => toolbox.computed],
  "a static method": [Geometry.area, 2],
  "functions of the platform": [() => [max(1, 2), parse(stringify({ a: [k] })), slice.call([1, 2, 3], 1)]],
  "a function of the platform itself": [Math.max, 3, 9],
  "a function of node:": [basename, "/a/b.txt"],
  "imports from node:": [() => [basename("/a/b"), joinPath("a", "b"), path.dirname("/a/b")]],
  "a bound function": [bound, 2],
  "a function bound to an object": [boundThis, 2],
  "a bound function bound again": [boundTwice],
  "a captured bound function": [() => bound(1) + boundThis(1)],
  "a bound function of the platform": [Math.max.bind(null, 3, k)],
  "functions as arguments": [(f: (x: number) => number, xs: number[]) => xs.map(f), arrow, [1, 2]],
  "functions in arguments": [(tools: { run: (x: number) => number }[]) => tools.map(({ run }) => run(k)), [{
    run: arrow,
  }]],
  "a class as an argument": [(type: new (name: string) => Animal) => new type("a").speak(), Dog],
  "a function that gives functions": [
    (x: number) => [1, 2].map((y) => (z: number) => x + y + z + k).map((f) => f(1)),
    5,
  ],
  "typeof of a name that is nowhere": [() => typeof (globalThis as { nowhere?: unknown }).nowhere],
  "import.meta.main": [() => import.meta.main],
};
