import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { Capturer } from "../../actors/code/capture.ts";
import type { AnyFunction, CapturedFunction } from "../../actors/code/captured_function.ts";
import { fromModule } from "../../actors/code/from_module.ts";
import { encodeCode, type SourcePart } from "../../actors/code/function_code.ts";
import { Reviver } from "../../actors/code/revive.ts";
import { CLOSURES } from "./closures.ts";
import * as stub from "./library_stub.ts";
import { SELF_CONTAINED } from "./self_contained.ts";
import * as stateful from "./stateful_module.ts";

const LIBRARY = { getClient: stub.getClient, Reschedule: stub.Reschedule };
const MODULE_URL = new URL("./stateful_module.ts", import.meta.url).href;
const NO_SPECIALS = { read: (): unknown => undefined };

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
const fibonacci = (n: number): number => n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);

function makeReviver(library: Readonly<Record<string, unknown>> = LIBRARY): Reviver {
  return new Reviver({ library, loadLibrary: () => Promise.resolve({ ...stub }) });
}

async function revive(captured: CapturedFunction, reviver: Reviver = makeReviver()): Promise<AnyFunction> {
  const code = await reviver.revive(captured.code, captured.hash, captured.name);
  return code.make(captured.environment, NO_SPECIALS);
}

async function call(fn: AnyFunction, args: readonly unknown[]): Promise<unknown> {
  return await Reflect.apply(fn, undefined, args);
}

for (const [what, [fn, ...args]] of Object.entries({ ...SELF_CONTAINED, ...CLOSURES })) {
  Deno.test(`Reviver.revive() makes the same function: ${what}`, async () => {
    const captured = new Capturer({ ...stub }).capture(fn, "submit task");
    const revived = await revive(captured, makeReviver({ ...stub }));
    assertEquals(await call(revived, args), await call(fn, args));
    assertEquals(captured.name, fn.name.replace(/^bound .*/, "$&") || "lambda");
  });
}
Deno.test("Reviver.revive() hides no captured variable, whatever its name", async () => {
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i));
  const words = "_ $ fn given values value make made bind bound name part parts meta slots args call deny uses env"
    .split(" ");
  for (const name of [...letters, ...letters.map((letter) => letter.toUpperCase()), ...words]) {
    const make: unknown = new Function(
      `let ${name} = 7; return { read: () => ${name}, write: () => { ${name} = 8; return ${name}; } };`,
    );
    assert(typeof make === "function");
    const { read, write } = make();
    const capturer = new Capturer(LIBRARY);
    assertEquals(await call(await revive(capturer.capture(read, "submit task")), []), 7, name);
    const revived = await revive(capturer.capture(write, "submit task"));
    assertThrows(() => Reflect.apply(revived, undefined, []), Error, `Cannot write captured variable "${name}"`);
  }
});

Deno.test("Reviver.revive() makes static members of classes anew for every call", async () => {
  class Counted {
    static made = 0;
    constructor() {
      Counted.made++;
    }
  }
  new Counted();
  const captured = new Capturer(LIBRARY).capture(() => [new Counted(), Counted.made][1], "submit task");
  const reviver = makeReviver();
  for (let i = 0; i < 2; i++) assertEquals(await call(await revive(captured, reviver), []), 1);
});

Deno.test("Reviver.revive() gives functions without variables once, and at once", () => {
  const { code, hash, name } = new Capturer(LIBRARY).capture(factorial, "submit task");
  const reviver = makeReviver();
  const revived = reviver.revive(code, hash, name);
  assert(!(revived instanceof Promise));
  assertStrictEquals(reviver.revive(code, hash, name), revived);
  assertStrictEquals(revived.make(undefined, NO_SPECIALS), revived.make(undefined, NO_SPECIALS));
});

Deno.test("Reviver.revive() gives every call variables of its own", async () => {
  const seen = new Set<number>();
  const captured = new Capturer(LIBRARY).capture((x: number) => seen.add(x).size, "submit task");
  const reviver = makeReviver();
  for (const x of [1, 2]) assertEquals(await call(await revive(captured, reviver), [x]), 1);
});

Deno.test("Reviver.revive() lets a function go on with the same hash, name and variables", async () => {
  const capturer = new Capturer(LIBRARY);
  const k = 3;
  for (const fn of [fibonacci, () => 1, () => k, stateful.remember, fromModule(MODULE_URL, "default")]) {
    const sent = capturer.capture(fn, "submit task");
    const revived = await revive(sent);
    assertEquals(new Capturer(LIBRARY).capture(revived, "submit task"), sent);
  }
});

Deno.test("Reviver.revive() lets parts of a function go on, without asking V8", async () => {
  const k = 3;
  const helper = (x: number) => x * k;
  const sent = new Capturer(LIBRARY).capture(() => helper, "submit task");
  const inner = await call(await revive(sent), []);
  assert(typeof inner === "function");
  const again = new Capturer(LIBRARY).capture(inner, "submit task");
  assertEquals(await call(await revive(again), [5]), 15);
  assertEquals(again.hash, new Capturer(LIBRARY).capture(helper, "submit task").hash);
});

Deno.test("Reviver.revive() reads code that lies in shared memory", () => {
  const { code, hash, name } = new Capturer(LIBRARY).capture(factorial, "submit task");
  assert(code instanceof Uint8Array);
  const shared = new Uint8Array(new SharedArrayBuffer(code.length));
  shared.set(code);
  assert(!(makeReviver().revive(shared, hash, name) instanceof Promise));
});

Deno.test("Reviver.revive() names the function's hash in stacks, and the number of a part", async () => {
  const k = 1;
  const inner = (x: number) => {
    if (x > k) throw new RangeError("too big");
  };
  const captured = new Capturer(LIBRARY).capture((x: number) => inner(x), "submit task");
  const revived = await revive(captured);
  const error = await assertRejects(() => call(revived, [2]), RangeError, "too big");
  assert(error.stack?.includes(`troupe-code:///${captured.hash}.1`), error.stack);
  assert(error.stack?.includes(`troupe-code:///${captured.hash}`), error.stack);
});

Deno.test("Reviver.revive() makes functions that cannot write what they captured", async () => {
  let count = 1;
  let list = [1];
  const writers: readonly (() => unknown)[] = [
    () => count++,
    () => count += 1,
    () => [count] = [5],
    () => ({ count } = { count: 5 }),
    () => {
      for (count of [1, 2]);
    },
    () => {
      list = [];
    },
  ];
  for (const fn of writers) {
    const error = await assertRejects(async () =>
      call(await revive(new Capturer(LIBRARY).capture(fn, "submit task")), [])
    );
    assert(TroupeError.is(error, "task/read-only"), String(error));
    const name = fn.toString().includes("list") ? "list" : "count";
    assertEquals(
      error.message,
      `Cannot write captured variable "${name}": it is a copy, taken when the task was submitted`,
    );
    assertEquals(error.hint, "Return the new value, or keep it in a Variable, a Queue or an actor");
  }
  assertEquals([count, list], [1, [1]]);
});

Deno.test("Reviver.revive() imports an export with the module's own state", async () => {
  const sent = new Capturer(LIBRARY).capture(stateful.remember, "submit task");
  const reviver = makeReviver();
  const loading = reviver.revive(sent.code, sent.hash, sent.name);
  assert(loading instanceof Promise);
  assertStrictEquals((await loading).make(undefined, NO_SPECIALS), stateful.remember);
  assertStrictEquals(reviver.revive(sent.code, sent.hash, sent.name), await loading);
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
    const captured = new Capturer(LIBRARY).capture(fromModule(url, name), "submit task");
    const reviver = makeReviver();
    const error = await assertRejects(() => revive(captured, reviver));
    assert(TroupeError.is(error, "input/invalid"));
    assertEquals(error.message, message);
    await assertRejects(() => revive(captured, reviver));
  }
});

Deno.test("Reviver.revive() refuses what is no code", () => {
  const reviver = makeReviver();
  const text = (content: string) => new TextEncoder().encode(content);
  for (
    const code of [null, 5, "x", text("{"), text("{}"), text('["source",1]'), text('["other"]'), Uint8Array.of(255)]
  ) {
    const error = assertThrows(() => reviver.revive(code, "h", "f"));
    assert(TroupeError.is(error, "wire/malformed"), String(code));
  }
});

Deno.test("Reviver.revive() refuses a function that does not compile or needs what is not here", async () => {
  const source: SourcePart = {
    kind: "source",
    name: "f",
    text: "(x) => {",
    uses: [["future", "part", 1]],
    written: [],
    metaUrl: "",
    properties: undefined,
  };
  const code = (parts: Parameters<typeof encodeCode>[0]) => ({
    ...encodeCode(parts),
    name: "f",
    requires: [],
    environment: undefined,
  });
  const library = { kind: "library", name: "getFuture" } as const;
  const broken = code({ kind: "group", parts: [source, { kind: "global", path: "Math.max" }], slotCount: 0 });
  const error = await assertRejects(() => revive(broken));
  assert(TroupeError.is(error, "input/invalid"));
  assertEquals(error.message, 'Cannot load task "f": its source does not compile here');
  const newer = code({ kind: "group", parts: [{ ...source, text: "() => future()" }, library], slotCount: 0 });
  const other = await assertRejects(() => revive(newer));
  assert(TroupeError.is(other, "input/invalid"));
  assertEquals(other.message, 'Cannot load task "f": Troupe has no export "getFuture" here');
  const global = { kind: "global", path: "Deno.notThere" } as const;
  const elsewhere = await assertRejects(() => revive(code({ kind: "group", parts: [global], slotCount: 0 })), Error);
  assertEquals(elsewhere.message, 'Cannot load task "f": Deno.notThere does not exist here');
});
