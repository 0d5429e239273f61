import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { parse as parseProgram } from "acorn";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { Capturer } from "../../actors/code/capture.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { type CodeContent, parseCode } from "../../actors/code/function_code.ts";
import * as stub from "./library_stub.ts";
import countAll, * as stateful from "./stateful_module.ts";

const LIBRARY = { ...stub };
const MODULE_URL = new URL("./stateful_module.ts", import.meta.url).href;
const k = 42;
const config = { retries: 1 };
function helper(x: number): number {
  return x + k;
}
class Conn extends Object {
  readonly #secret = 1;
  use(): number {
    return this.#secret;
  }
  override toString(): string {
    return super.toString();
  }
}
const shadowing = ((fetch: (x: number) => number, setTimeout: number) => (x: number) => fetch(x) + setTimeout)(
  (x) => x,
  1,
);
const impostor = ((self: (n: number) => number) => {
  const run = { self: (n: number): number => self(n) };
  return run.self;
})((n) => n);
const wrongClient = ((getClient: () => number) => () => getClient())(() => 5);
const bound = helper.bind(null, 1);

function capture(fn: unknown, capturer: Capturer = new Capturer(LIBRARY)): CodeContent {
  return parseCode(capturer.capture(fn, "submit task").code);
}

/** Functions that are refused, and with which words after `Cannot submit task `. */
const REFUSED: Readonly<Record<string, readonly [fn: unknown, message: string, names?: readonly string[]]>> = {
  "a constant": [(x: number) => x + k, '"lambda": it uses "k", which does not travel with it', ["k"]],
  "two names": [
    function f(x: number) {
      return helper(x) + k;
    },
    '"f": it uses "helper" and "k", which do not travel with it',
    ["helper", "k"],
  ],
  "three names": [
    () => [k, config.retries, helper(1)],
    '"lambda": it uses "k", "config" and "helper", which do not travel with it',
    ["k", "config", "helper"],
  ],
  "a declaration that uses another": [helper, '"helper": it uses "k", which does not travel with it', ["k"]],
  "a variable of the function around": [
    ((z: number) => () => z)(1),
    '"lambda": it uses "z", which does not travel with it',
  ],
  "an import of a module": [
    () => stateful.double(1),
    '"lambda": it uses "stateful", which does not travel with it',
  ],
  "an import of a package": [
    () => parseProgram("1", { ecmaVersion: 5 }),
    '"lambda": it uses "parseProgram", which does not travel with it',
  ],
  "a variable with a global's name": [
    shadowing,
    '"lambda": it uses "fetch" and "setTimeout", which do not travel with it',
  ],
  "a variable with a library's name": [wrongClient, '"lambda": it uses "getClient", which does not travel with it'],
  "another function with its own name": [impostor, '"self": it uses "self", which does not travel with it'],
  "a class": [Conn, '"Conn": it is a class'],
  "an anonymous class": [class {}, '"lambda": it is a class'],
  "a method that uses private state": [
    Conn.prototype.use,
    '"use": it uses "#secret", which does not travel with it',
    ["#secret"],
  ],
  "a method that uses super": [Conn.prototype.toString, '"toString": it uses "super", which does not travel with it', [
    "super",
  ]],
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
  "import.meta": [() => import.meta.url, '"lambda": it uses "import.meta", which does not travel with it'],
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
  "native code": [Math.max, '"max": it is native code'],
  "a function of Deno itself": [Deno.readTextFile, '"readTextFile": it is part of Deno itself'],
  "a bound function": [
    bound,
    '"bound helper": it is a bound function, and what it is bound to does not travel with it',
  ],
  "a proxy": [new Proxy(helper, {}), '"helper": it is native code'],
  "an undeclared name": [
    new Function("return notDeclaredAnywhere"),
    '"anonymous": it uses "notDeclaredAnywhere", which does not travel with it',
  ],
  "a private function of a module": [
    stateful.makePrivate(),
    '"lambda": it uses "seen", which does not travel with it',
  ],
  "sloppy code": [new Function("with (Math) return PI"), '"anonymous": its source cannot stand alone'],
};

for (const [what, [fn, message, names]] of Object.entries(REFUSED)) {
  Deno.test(`Capturer.capture() refuses ${what}`, () => {
    const error = assertThrows(() => new Capturer(LIBRARY).capture(fn, "submit task"));
    assert(TroupeError.is(error, "task/not-serializable"), String(error));
    assertEquals(error.message, `Cannot submit task ${message}`);
    assert(error.hint !== undefined && error.hint !== "");
    if (names !== undefined) assertEquals(error.details.names, names);
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

Deno.test("Capturer.capture() says what to do when names do not travel", () => {
  const error = assertThrows(() => new Capturer(LIBRARY).capture(helper, "map task"));
  assert(TroupeError.is(error));
  assertEquals(error.message, 'Cannot map task "helper": it uses "k", which does not travel with it');
  assertEquals(
    error.hint,
    "Pass them as arguments, define them inside the function, or export the function from a module other than the main one",
  );
});

Deno.test("Capturer.capture() refuses a global that the program has added", () => {
  Object.defineProperty(globalThis, "addedByTest", { value: 1, configurable: true });
  try {
    const fn = new Function("return addedByTest");
    const error = assertThrows(() => new Capturer(LIBRARY).capture(fn, "submit task"));
    assertEquals(
      String(error),
      'TroupeError: Cannot submit task "anonymous": it uses "addedByTest", which does not travel with it',
    );
  } finally {
    Reflect.deleteProperty(globalThis, "addedByTest");
  }
});

Deno.test("Capturer.capture() refuses a name that is declared later", () => {
  const fn = () => later;
  const error = assertThrows(() => new Capturer(LIBRARY).capture(fn, "submit task"));
  assert(TroupeError.is(error, "task/not-serializable"));
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
  assertEquals(capture(make(stub.getClient), capturer), {
    kind: "source",
    name: "",
    text: make(0).toString(),
    selves: [],
    library: [["getClient", "getClient"]],
  });
  assertThrows(() => capturer.capture(make(() => 1), "submit task"), Error, "getClient");
});

Deno.test("Capturer.capture() looks at the function's own text, not at what its toString() says", () => {
  const fn = Object.assign((x: number) => x + 1, { toString: () => "() => stolen" });
  const content = capture(fn);
  assert(content.kind === "source");
  assert(content.text.includes("x + 1"));
});

Deno.test("Capturer.capture() leaves nothing on globalThis and process.nextTick as it was", async () => {
  const { default: process } = await import("node:process");
  const before = [process.nextTick, Reflect.ownKeys(globalThis).length];
  capture(stateful.remember);
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
    "source",
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
    renamed: 'Cannot submit task "lambda": it uses "gc", which does not travel with it',
    isHintingAtPermission: true,
  });
});

const EXPECTED_OF_PROBE = {
  add: "source",
  fib: "source",
  large: "source",
  client: "source",
  platform: "source",
  renamed: "source",
  state: "module",
  uses: 'Cannot submit task "lambda": it uses "k", which does not travel with it',
  isHintingAtPermission: false,
};
