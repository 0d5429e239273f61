/** The error that a task throws arrives as itself. Numbers are those of the scenarios ported from dask.distributed. @module */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Client, type Future, getClient } from "../../mod.ts";
import { runScript } from "../support/scripts.ts";
import { exported } from "./errors_module.ts";

const WAIT = { timeoutMs: 60_000 };

async function thrownBy(future: Future<unknown>): Promise<Error> {
  const error = await future.exception(WAIT);
  assert(error instanceof Error);
  return error;
}

Deno.test("scenario 16: a task that throws: status, the same class and message, its own properties and causes", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const future = client.submit((x: number) => {
    class ValidationError extends RangeError {
      field = "age";
      override name = "ValidationError";
    }
    const cause = new TypeError("inner", { cause: "a text" });
    throw Object.assign(new ValidationError(`bad ${x}`, { cause }), { details: { list: [1, new Map([[2, "b"]])] } });
  }, 7);
  const error = await assertRejects(() => future.result(WAIT), RangeError, "bad 7");
  assertEquals(future.status, "error");
  assertEquals([error.name, error.constructor.name], ["ValidationError", "ValidationError"]);
  assertEquals([Reflect.get(error, "field"), Reflect.get(error, "details")], [
    "age",
    { list: [1, new Map([[2, "b"]])] },
  ]);
  assert(error.cause instanceof TypeError);
  assertEquals([error.cause.message, error.cause.cause], ["inner", "a text"]);
  assertEquals((await future.exception())?.message, "bad 7");
});

Deno.test("scenario 16: errors of the platform's own classes arrive as theirs", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const tasks = [
    () => {
      throw new AggregateError([new SyntaxError("one"), 2], "all");
    },
    () => {
      throw new DOMException("stop", "AbortError");
    },
    () => Deno.readTextFile("/no/such/file"),
    () => {
      using _broken = { [Symbol.dispose]: () => JSON.parse("{") };
      throw new URIError("first");
    },
    () => Promise.reject("a text"),
  ];
  const [all, stop, missing, suppressed, text] = await Promise.all(client.map(run, tasks.map(String)).map(thrownBy));
  assert(all instanceof AggregateError && all.errors[0] instanceof SyntaxError);
  assertEquals([all.errors[0].message, all.errors[1], all.message], ["one", 2, "all"]);
  assert(stop instanceof DOMException);
  assertEquals([stop.name, stop.message], ["AbortError", "stop"]);
  assert(missing instanceof Deno.errors.NotFound);
  assert(suppressed instanceof SuppressedError);
  assert(suppressed.error instanceof SyntaxError && suppressed.suppressed instanceof URIError);
  assertEquals([text?.constructor, text?.cause], [Error, "a text"]);

  function run(source: string): unknown {
    return new Function(`return (${source})()`)();
  }
});

Deno.test("scenario 17: what depends on a failed task fails with its error, unrun, and its siblings finish", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const folder = await Deno.makeTempDir();
  try {
    const touch = (_input: unknown, name: string) => Deno.writeTextFileSync(name, "ran");
    const x = client.submit((): number => {
      throw new RangeError("x failed");
    });
    const y = client.submit(touch, x, `${folder}/y`);
    const z = client.submit(touch, y, `${folder}/z`);
    const sibling = client.submit((n: number) => n + 1, 1);
    const late = client.submit(touch, z, `${folder}/late`);
    for (const future of [x, y, z, late]) {
      await assertRejects(() => future.result(WAIT), RangeError, "x failed");
      assertEquals(future.status, "error");
    }
    assertEquals(await sibling.result(WAIT), 2);
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("scenario 19: a message of 1 MB is cut and arrives, and so does an error from 1,000 calls deep", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const long = await thrownBy(client.submit((n: number) => {
    throw Object.assign(new TypeError("x".repeat(n), { cause: new Error("why") }), { n });
  }, 1_000_000));
  assert(long instanceof TypeError);
  assertEquals(long.message, `${"x".repeat(10_000)}... (cut from 1000000 characters)`);
  assertEquals([Reflect.get(long, "n"), (long.cause as Error).message], [1_000_000, "why"]);
  assert(long.stack!.length < 25_000);
  assertStringIncludes(long.stack!, import.meta.url);

  const deep = await thrownBy(client.submit(function descend(left: number): number {
    Error.stackTraceLimit = Infinity;
    if (left === 0) throw new RangeError("the bottom");
    return descend(left - 1) + 1;
  }, 1_000));
  assertEquals([deep instanceof RangeError, deep.message], [true, "the bottom"]);
  const frames = deep.stack!.split("\n").filter((line) => line.includes("at descend"));
  assert(frames.length > 10 && frames.length < 1_001, `${frames.length} frames`);

  const endless = await thrownBy(client.submit(function endless(n: number): number {
    return endless(n + 1) + 1;
  }, 0));
  assert(endless instanceof RangeError);
  assertEquals(endless.message, "Maximum call stack size exceeded");
});

Deno.test("scenario 20: an error that cannot travel becomes one that says what it was, and all live on", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const getter = await thrownBy(client.submit(() => {
    throw Object.defineProperty(new RangeError("odd"), "late", {
      enumerable: true,
      get() {
        throw new TypeError("not yet");
      },
    });
  }));
  assertEquals([getter instanceof RangeError, getter.message], [true, "odd"]);
  assertEquals(Reflect.get(getter, "late"), "(cannot be read: TypeError: not yet)");

  const nameless = await thrownBy(client.submit(() => {
    throw Object.defineProperties(new RangeError("odd"), {
      name: {
        get() {
          throw new TypeError("no name");
        },
      },
      message: {
        get() {
          throw new TypeError("no message");
        },
      },
    });
  }));
  assertStringIncludes(`${nameless.name} ${nameless.message}`, "no message");

  const proxy = await thrownBy(client.submit(() => {
    const refuse = () => {
      throw new TypeError("no entry");
    };
    throw new Proxy(new Error("hidden"), { get: refuse, getPrototypeOf: refuse, ownKeys: refuse, has: refuse });
  }));
  assertEquals(proxy.constructor, Error);
  assertStringIncludes(proxy.message, "hidden");

  const circular = await thrownBy(client.submit(() => {
    const error = new Error("round");
    throw Object.assign(error, { cause: error, self: { error }, cache: new WeakMap() });
  }));
  assert(circular.cause === circular);
  assertEquals(Reflect.get(circular, "self"), { error: circular });
  assertStringIncludes(Reflect.get(circular, "cache"), "did not travel");

  const heavy = await thrownBy(client.submit(() => {
    throw Object.assign(new RangeError("heavy"), { body: new Uint8Array(50_000_000) });
  }));
  assertEquals([heavy.name, heavy.message], ["RangeError", "heavy"]);
  assertStringIncludes((heavy.cause as Error).message, "it takes 50000");

  assertStringIncludes((await thrownBy(client.submit(() => Promise.reject(new WeakMap())))).message, "WeakMap");
  assertEquals(await client.submit((x: number) => x + 1, 1).result(WAIT), 2);
});

Deno.test("a stack has the task's lines in its own file, then those of the submit, and none of Troupe", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  for (const fn of [byDeclaration, byArrow, byMethod.method, byAwait, exported]) {
    const error = await thrownBy(client.submit(fn, 3));
    const [theirs, ours, ...others] = error.stack!.split("--- submitted at ---");
    assertEquals(others, []);
    const expected = framesOf(await localError(fn)).filter((frame) => !frame.includes("localError"));
    assertEquals(framesOf(theirs!), expected.slice(0, framesOf(theirs!).length), fn.name);
    assert(framesOf(theirs!).length >= 1);
    assertEquals(
      framesOf(ours!)[0]?.replace(/:\d+$/, ""),
      `at ${import.meta.url}:${lineOf("thrownBy(client.submit(fn")}`,
    );
    assert(!error.stack!.includes("/actors/"), error.stack);
  }
});

Deno.test("a nested task's error passes through as itself, with the lines of both", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const error = await thrownBy(client.submit(async (x: number) => {
    const size: { value: number } = { value: x };
    const inner = getClient().submit((y: number): number => {
      throw Object.assign(new TypeError("deep", { cause: new Error("cause") }), { y }); // nested throw
    }, size.value); // nested submit
    return await inner.result();
  }, 5));
  assert(error instanceof TypeError);
  assertEquals(Reflect.get(error, "y"), 5);
  const parts = error.stack!.split("--- submitted at ---").map((part) => framesOf(part)[0]?.replace(/:\d+$/, ""));
  assertEquals(parts, [
    `at ${import.meta.url}:${lineOf("// nested throw")}`,
    `at ${import.meta.url}:${lineOf("getClient().submit((y")}`,
    `at ${import.meta.url}:${lineOf("client.submit(async (x")}`,
  ]);
  assertStringIncludes((error.cause as Error).stack!, `${import.meta.url}:${lineOf("// nested throw")}`);
});

Deno.test("a stack from a worker process has the same lines", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1, processes: true });
  for (const fn of [byDeclaration, exported]) {
    const error = await thrownBy(client.submit(fn, 3));
    assertEquals(framesOf(error.stack!)[0], framesOf(await localError(fn))[0]);
  }
});

Deno.test("a stack names task and line where V8 may not be asked", async () => {
  const { stdout, stderr } = await runScript(
    `
      import { Client } from "@troupe/troupe";
      interface Dropped {}
      function fail(x: number): number {
        throw new Error("x" + x);
      }
      await using client = await Client.connect({ threadsPerWorker: 1 });
      console.log((await client.submit(fail, 1).exception())?.stack);
    `,
    { permissions: ["--allow-read", "--allow-env"] },
  );
  assertEquals(stderr, "");
  assertStringIncludes(stdout, `Error: x1\n    at fail (task "fail":2:9)\n    --- submitted at ---\n    at file:///`);
});

Deno.test("a stack has the lines of modules that were loaded over http", async () => {
  const module = `
    interface Dropped {
      value: number;
    }

    export function make(): (value: number) => never {
      return (value: number): never => { const held: Dropped = { value }; throw new Error(String(held.value)); };
    }
  `;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    return new Response(module, { headers: { "content-type": "application/typescript" } });
  });
  const url = `http://127.0.0.1:${server.addr.port}/module.ts`;
  const { stdout, stderr } = await runScript(
    `
      import { Client } from "@troupe/troupe";
      const { make } = await import(Deno.args[0]!);
      const lastPart = (error: Error | null) => /\\/module.ts:[\\d:]+/.exec(error?.stack ?? "")?.[0];
      try {
        make()(1);
      } catch (error) {
        console.log(lastPart(error as Error));
      }
      await using client = await Client.connect({ threadsPerWorker: 1 });
      console.log(lastPart(await client.submit(make(), 1).exception()));
    `,
    { args: [url] },
  );
  const [here, there] = stdout.split("\n");
  assertStringIncludes(here ?? "", "/module.ts:7:", stderr);
  assertEquals(there, here);
});

interface Shape {
  readonly size: number;
}

type Positive = Shape & { readonly size: number };

function byDeclaration(size: number): number {
  const shape: Positive = { size };
  if (shape.size > 2) throw new RangeError(`too big: ${shape.size}`);
  return shape.size;
}

const byArrow = (size: number): number => {
  return [size].map((one: number): number => {
    throw new Error(`arrow ${one as number}`);
  })[0]!;
};

const byMethod = {
  method(size: number): number {
    throw new TypeError(`method ${size}`);
  },
};

async function byAwait(size: number): Promise<number> {
  await new Promise<void>((resolve) => setTimeout(resolve, 1));
  throw new TypeError(`await ${size as number}`);
}

async function localError(fn: (size: number) => unknown): Promise<string> {
  try {
    await fn(3);
  } catch (error) {
    if (error instanceof Error) return error.stack ?? "";
  }
  throw new Error("nothing was thrown");
}

function framesOf(stack: string): string[] {
  return stack.split("\n").filter((line) => line.startsWith("    at ")).map((line) =>
    line.trim().replace("Object.", "")
  );
}

function lineOf(text: string): number {
  return Deno.readTextFileSync(new URL(import.meta.url)).split("\n").findIndex((line) => line.includes(text)) + 1;
}
