import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { parse as parseProgram } from "acorn";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { Capturer } from "../../actors/code/capture.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { type CodeContent, parseCode } from "../../actors/code/function_code.ts";
import { unpackValue } from "../../actors/wire/value_codec.ts";
import * as stub from "./library_stub.ts";
import countAll, * as stateful from "./stateful_module.ts";

const LIBRARY = { ...stub };
const MODULE_URL = new URL("./stateful_module.ts", import.meta.url).href;
class Conn extends Object {
  readonly #secret = 1;
  use(): number {
    return this.#secret;
  }
  override toString(): string {
    return super.toString();
  }
}
const conn = new Conn();
const deep = { a: { list: [1, conn] } };
const helper = (x: number): number => x + conn.use();
const outer = (x: number): number => helper(x) + 1;
const helper2 = (c: Conn): Conn => c;
const tools = { run: helper };
const secret = Symbol("secret");
const weak = new WeakMap();
const promise = Promise.resolve(1);
const { signal } = new AbortController();
const response = new Response("x");
const proxied = new Proxy(helper, {});
const thorny = {
  get x(): number {
    throw new RangeError("no");
  },
};
const Old = function () {} as unknown as new () => unknown;
Old.prototype.speak = () => "hm";
const dynamic = await import("./stateful_module.ts");

function capture(fn: unknown, capturer: Capturer = new Capturer(LIBRARY)): CodeContent {
  return parseCode(capturer.capture(fn, "submit task").code);
}

/** Functions that are refused, and with which words after `Cannot submit task `. */
const REFUSED: Readonly<Record<string, readonly [fn: unknown, message: string, path?: readonly string[]]>> = {
  "an instance of a class": [() => conn.use(), '"lambda": captured variable "conn" is an instance of class Conn', [
    "lambda",
    "conn",
  ]],
  "an instance within data": [
    () => deep.a.list.length,
    '"lambda": captured variable "deep.a.list[1]" is an instance of class Conn',
    ["lambda", "deep.a.list[1]"],
  ],
  "what a helper captures": [
    () => helper(1),
    '"lambda": captured variable "conn" of function "helper" is an instance of class Conn',
    ["lambda", "helper", "conn"],
  ],
  "what a helper of a helper captures": [
    function f() {
      return outer(1);
    },
    '"f": captured variable "conn" of function "helper" is an instance of class Conn',
    ["f", "helper", "conn"],
  ],
  "what a function in data captures": [
    () => tools.run(1),
    '"lambda": captured variable "conn" of function "helper" is an instance of class Conn',
  ],
  "a symbol": [() => secret, '"lambda": captured variable "secret" is a symbol'],
  "a WeakMap": [() => weak, '"lambda": captured variable "weak" is a WeakMap'],
  "a promise": [() => promise, '"lambda": captured variable "promise" is a Promise'],
  "an AbortSignal": [() => signal.aborted, '"lambda": captured variable "signal" is an AbortSignal'],
  "a Response": [() => response.body, '"lambda": captured variable "response" is a Response'],
  "a proxy of a function": [new Proxy(helper, {}), '"helper": it is native code'],
  "a captured proxy of a function": [() => proxied(1), '"lambda": captured function "helper" is native code'],
  "a getter that throws": [() => thorny.x, '"lambda": captured variable "thorny.x" cannot be read (RangeError: no)'],
  "what a bound function is bound to": [
    helper2.bind(null, conn),
    '"bound helper2": captured variable "its bound values[1][0]" of function "lambda" is an instance of class Conn',
  ],
  "a class": [Conn, '"Conn": it is a class'],
  "an anonymous class": [class {}, '"lambda": it is a class'],
  "a method that uses private state": [
    Conn.prototype.use,
    '"use": it uses "#secret", which does not travel with it',
  ],
  "a method that uses super": [Conn.prototype.toString, '"toString": it uses "super", which does not travel with it'],
  "this of the function around": [
    (function (this: unknown) {
      return () => this;
    }).call({}),
    '"lambda": it uses "this", which does not travel with it',
  ],
  "arguments of the function around": [
    (function () {
      return () => arguments;
    })(),
    '"lambda": it uses "arguments", which does not travel with it',
  ],
  "new.target of the function around": [
    (function () {
      return () => new.target;
    })(),
    '"lambda": it uses "new.target", which does not travel with it',
  ],
  "a helper that uses this of its surroundings": [
    (function (this: unknown) {
      const inner = () => this;
      return () => inner();
    }).call({}),
    '"lambda": captured function "inner" uses "this", which does not travel with it',
  ],
  "a relative import": [
    () => import("./library_stub.ts"),
    '"lambda": it imports "./library_stub.ts", which is relative to a module that does not travel with it',
  ],
  "direct eval": [
    // deno-lint-ignore no-eval -- the subject
    (text: string) => eval(text),
    '"lambda": it calls eval, so that nobody knows what it uses',
  ],
  "a generator": [
    function* count() {
      yield 1;
    },
    '"count": it is a generator function, whose result does not travel',
  ],
  "an async generator": [
    async function* () {
      yield await 1;
    },
    '"lambda": it is a generator function, whose result does not travel',
  ],
  "an old class": [
    () => new Old(),
    '"lambda": captured function "Old" has methods on its prototype, which do not travel with it',
  ],
  "a global that the program has added": [
    new Function("return addedByTest"),
    '"anonymous": it uses "addedByTest", which does not travel with it',
  ],
  "an undeclared name": [
    new Function("return notDeclaredAnywhere"),
    '"anonymous": it uses "notDeclaredAnywhere", which does not travel with it',
  ],
  "a module that came by a dynamic import": [
    () => dynamic.double(1),
    '"lambda": it uses "dynamic", a module that no import declaration of its script names',
  ],
  "sloppy code": [new Function("with (Math) return PI"), '"anonymous": its source cannot stand alone'],
};

for (const [what, [fn, message, path]] of Object.entries(REFUSED)) {
  Deno.test(`Capturer.capture() refuses ${what}`, () => {
    const error = assertThrows(() => new Capturer(LIBRARY).capture(fn, "submit task"));
    assert(TroupeError.is(error, "task/not-serializable"), String(error));
    assertEquals(error.message, `Cannot submit task ${message}`);
    assert(error.hint !== undefined && error.hint !== "");
    if (path !== undefined) assertEquals(error.details.path, path);
  });
}

Deno.test("Capturer.capture() refuses what is no function", () => {
  const cases: readonly (readonly [value: unknown, text: string])[] = [
    [5, "5"],
    [undefined, "undefined"],
    ["add", '"add"'],
    [{ a: 1 }, "{ a: 1 }"],
  ];
  for (const [value, text] of cases) {
    const error = assertThrows(() => new Capturer(LIBRARY).capture(value, "submit task"));
    assert(TroupeError.is(error, "input/invalid"));
    assertEquals(error.message, `Cannot submit task: ${text} is not a function`);
  }
});

Deno.test("Capturer.capture() says what to do", () => {
  const hints: readonly (readonly [fn: unknown, hint: string])[] = [
    [() => conn, "Create it inside the task, or keep it in an actor"],
    [() => signal, "Pass it as the `signal` option of client.with"],
    [() => promise, "Await it first, and pass what it gives"],
    [() => response, "Read it first, and pass what was read"],
    [proxied, "Wrap it: (...args) => helper(...args)"],
    [Old.prototype.constructor, "Write it as a class"],
    [() => dynamic, "Import it at the top (import * as dynamic from ...), or inside the function"],
  ];
  for (const [fn, hint] of hints) {
    const error = assertThrows(() => new Capturer(LIBRARY).capture(fn, "map task"));
    assert(TroupeError.is(error) && error.message.startsWith("Cannot map task "));
    assertEquals(error.hint, hint);
  }
});

Deno.test("Capturer.capture() refuses a name that is declared later", () => {
  const fn = () => later;
  const error = assertThrows(() => new Capturer(LIBRARY).capture(fn, "submit task"));
  assert(TroupeError.is(error, "task/not-serializable"));
  assertEquals(
    error.message,
    'Cannot submit task "fn": it uses "later", which is declared further down and has no value yet',
  );
  assertEquals(error.hint, "Move the declaration up, or submit later");
  const later = 1;
  assertEquals(fn(), later);
});

Deno.test("Capturer.capture() sends exports with module state by reference", () => {
  const cases: readonly (readonly [fn: AnyFunction, name: string])[] = [
    [stateful.remember, "remember"],
    [stateful.wrapped, "wrapped"],
    [stateful.lookup, "lookup"],
    [stateful.renamed, "renamed"],
    [countAll, "default"],
  ];
  for (const [fn, name] of cases) assertEquals(capture(fn), { kind: "module", url: MODULE_URL, name });
});

Deno.test("Capturer.capture() sends a function of a package and of node: by reference, if it is not self-contained", () => {
  const parse = capture(parseProgram);
  assert(parse.kind === "module" && parse.name === "parse" && parse.url.includes("acorn"), JSON.stringify(parse));
  assertEquals(capture(basename), { kind: "module", url: "node:path", name: "basename" });
  assertEquals(capture(readFileSync), { kind: "module", url: "node:fs", name: "readFileSync" });
});

Deno.test("Capturer.capture() gives the same object for the same function", () => {
  const capturer = new Capturer(LIBRARY);
  const fn = (x: number) => x + 1;
  assertStrictEquals(capturer.capture(fn, "submit task"), capturer.capture(fn, "submit task"));
});

Deno.test("Capturer.capture() gives one hash for one text, and others for others", () => {
  const capturer = new Capturer(LIBRARY);
  const hashes = [1, 2, 3].map(() => capturer.capture((x: number) => x + 1, "submit task").hash);
  assertEquals(new Set(hashes).size, 1);
  assert(/^[0-9a-f]{32}$/.test(hashes[0] ?? ""));
  assert(capturer.capture((x: number) => x + 2, "submit task").hash !== hashes[0]);
  assertEquals(new Capturer({}).capture((x: number) => x + 1, "submit task").hash, hashes[0]);
});

Deno.test("Capturer.capture() tells same texts with different surroundings apart", () => {
  const capturer = new Capturer(LIBRARY);
  const make = (getClient: unknown) => () => typeof getClient;
  const ofLibrary = capture(make(stub.getClient), capturer);
  assert(ofLibrary.kind === "group");
  assertEquals(ofLibrary.parts[1], { kind: "library", name: "getClient" });
  const ofProgram = capture(make(() => 1), capturer);
  assert(ofProgram.kind === "group" && ofProgram.parts[1]?.kind === "source");
});

Deno.test("Capturer.capture() looks at the function's own text, not at what its toString() says", () => {
  const fn = Object.assign((x: number) => x + 1, { toString: () => "() => stolen" });
  const content = capture(fn);
  assert(content.kind === "group" && content.parts[0]?.kind === "source");
  assert(content.parts[0].text.includes("x + 1"));
});

Deno.test("Capturer.capture() leaves nothing on globalThis and process.nextTick as it was", async () => {
  const { default: process } = await import("node:process");
  const before = [process.nextTick, Reflect.ownKeys(globalThis).length];
  capture(stateful.remember);
  assertEquals(process.nextTick, before[0]);
  await Promise.resolve(); // the exchange with V8 stays for a stretch of code, as its session does
  assertEquals([process.nextTick, Reflect.ownKeys(globalThis).length], before);
});

Deno.test("Capturer.prepare() loads the parser and may be called twice", async () => {
  const capturer = new Capturer(LIBRARY);
  await Promise.all([capturer.prepare(), capturer.prepare()]);
  assertEquals(
    capture((x: number[]) =>
      x.map(function inner(y) {
        return y;
      }), capturer).kind,
    "group",
  );
});

Deno.test("Capturer.capture() works in a thread as it does here", async () => {
  const entry = new URL("./capture_probe.ts", import.meta.url).href;
  const worker = new Worker(new URL(`data:text/javascript,import ${JSON.stringify(entry)}`));
  try {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    worker.on("message", resolve);
    worker.on("error", reject);
    assertEquals(await promise, EXPECTED_OF_PROBE);
  } finally {
    await worker.terminate();
  }
});

Deno.test("Capturer.capture() does what names alone allow without permissions", async () => {
  const probe = new URL("./capture_probe.ts", import.meta.url).href;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--no-lock", "--config", config, probe],
    stdout: "piped",
    stderr: "inherit",
  });
  const { stdout } = await command.output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
    ...EXPECTED_OF_PROBE,
    state: 'Cannot submit task "remember": it uses "seen", which does not travel with it',
    uses: 'Cannot submit task "lambda": it uses "k", which does not travel with it',
    renamed: 'Cannot submit task "lambda": it uses "gc", which does not travel with it',
    isHintingAtPermission: true,
  });
});

const EXPECTED_OF_PROBE = {
  add: "group",
  fib: "group",
  large: "group",
  client: "group",
  platform: "group",
  renamed: "group",
  state: "module",
  uses: "group",
  isHintingAtPermission: true,
};

Deno.test("Capturer.capture() sends what was imported by reference, and one's own by value", () => {
  const k = 1;
  const content = capture(() => [stateful.remember("a"), countAll(), basename("/a"), k]);
  assert(content.kind === "group" && content.slotCount === 1);
  assertEquals(content.parts.slice(1), [
    { kind: "module", url: MODULE_URL, name: "*" },
    { kind: "module", url: MODULE_URL, name: "default" },
    { kind: "module", url: "node:path", name: "basename" },
  ]);
});

Deno.test("Capturer.capture() sees what changed between two captures", () => {
  const capturer = new Capturer(LIBRARY);
  let count = 1;
  const list = [1];
  const fixed = 1;
  const cases: readonly (readonly [fn: AnyFunction, change: () => void, isSeen: boolean])[] = [
    [() => count, () => count++, true],
    [() => list, () => list.push(1), true],
    [() => fixed, () => undefined, false],
  ];
  for (const [fn, change, isSeen] of cases) {
    const [a, b] = [capturer.capture(fn, "submit task"), capturer.capture(fn, "submit task")];
    assertEquals(a, b);
    change();
    const c = capturer.capture(fn, "submit task");
    assertEquals(c.hash, a.hash);
    assertEquals(JSON.stringify(c.environment) !== JSON.stringify(a.environment), isSeen);
  }
});

Deno.test("Capturer.capture() sees a function that was put into captured data later", () => {
  const capturer = new Capturer(LIBRARY);
  const tools: Record<string, unknown> = { a: 1 };
  const fn = () => tools;
  const before = capturer.capture(fn, "submit task");
  tools.run = () => 1;
  const after = capturer.capture(fn, "submit task");
  assert(before.hash !== after.hash);
  assertEquals(capturer.capture(fn, "submit task"), after);
});

Deno.test("Capturer.capture() gives closures of one text over different values one hash", () => {
  const capturer = new Capturer(LIBRARY);
  const made = [1, 2, 1].map((x) => capturer.capture(() => x, "submit task"));
  assertEquals(new Set(made.map(({ hash }) => hash)).size, 1);
  assertEquals(made[0], made[2]);
  assert(JSON.stringify(made[0]) !== JSON.stringify(made[1]));
});

Deno.test("Capturer.capture() warns of much captured data once, and refuses too much", () => {
  const warnings: string[] = [];
  const capturer = new Capturer(LIBRARY, (text) => warnings.push(text));
  const small = 1;
  const matrix = new Uint8Array(2_097_152);
  const reduce = () => matrix.length + small;
  capturer.capture(reduce, "submit task");
  capturer.capture(reduce, "submit task");
  assertEquals(warnings, [
    'Task "reduce" is slow to submit: it captures 2.0 MiB, most of it in variable "matrix". ' +
    "Put it into the cluster once, and pass the future: client.scatter(matrix)",
  ]);
  const huge = new Uint8Array(68_000_000);
  const error = assertThrows(() => capturer.capture(() => huge.length, "submit task"));
  assert(TroupeError.is(error, "task/not-serializable"));
  assertEquals(
    error.message,
    'Cannot submit task "lambda": it captures 64.8 MiB, most of it in variable "huge"; at most 64 MiB travel',
  );
  assertEquals(error.hint, "Put it into the cluster once, and pass the future: client.scatter(huge)");
});

Deno.test("Capturer.captureValue() takes classes and generator functions, and names a refused function", () => {
  const capturer = new Capturer(LIBRARY);
  class Plain {}
  assertEquals(capturer.captureValue(Plain as unknown as AnyFunction, "scatter").name, "Plain");
  assertEquals(capturer.captureValue(function* g() {}, "scatter").name, "g");
  const error = assertThrows(() => capturer.captureValue(Conn.prototype.use, "scatter"), Error);
  assertEquals(error.message, 'Cannot scatter: function "use" uses "#secret", which does not travel with it');
  const inner = assertThrows(() => capturer.captureValue(helper, "scatter"), Error);
  assertEquals(
    inner.message,
    'Cannot scatter: captured variable "conn" of function "helper" is an instance of class Conn',
  );
});

Deno.test("Capturer.capture() hands special values to its caller", () => {
  const handle = new Conn();
  const special = { write: (value: object | symbol) => value === handle ? { tag: "conn", payload: 7 } : undefined };
  const { environment } = new Capturer(LIBRARY).capture(() => handle, "submit task", special);
  assertEquals(unpackValue(environment, { special: { read: (tag, payload) => [tag, payload] } }), [["conn", 7]]);
});
