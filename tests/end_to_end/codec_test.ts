/** Instances of classes on their way, wherever values go. @module */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Client, fromModule, getClient, registerCodec, TroupeError } from "../../mod.ts";
import type { Angle, angle, straighten } from "./codec_module.ts";

const WAIT = { timeoutMs: 60_000 };

class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  norm(): number {
    return Math.hypot(this.x, this.y);
  }
}

class Account {
  #balance: number;
  constructor(balance: number) {
    this.#balance = balance;
  }
  get balance(): number {
    return this.#balance;
  }
  static encode(account: Account): number {
    return account.#balance;
  }
  static decode(balance: number): Account {
    return new this(balance);
  }
}

class Segment {
  readonly from: Point;
  readonly to: Point;
  constructor(from: Point, to: Point) {
    this.from = from;
    this.to = to;
  }
}

class Fragile {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

class Declined extends Error {
  readonly account: Account;
  constructor(message: string, account: Account) {
    super(message);
    this.account = account;
  }
}

class Stranger {}

registerCodec(Point, { name: "point", encode: (p) => [p.x, p.y] as const, decode: ([x, y]) => new Point(x, y) });
registerCodec(Account, { name: "account", encode: Account.encode, decode: Account.decode });
registerCodec(Segment, {
  name: "segment",
  encode: ({ from, to }) => ({ from, to }),
  decode: ({ from, to }) => new Segment(from, to),
});
registerCodec(Fragile, {
  name: "fragile",
  encode: ({ id }) => {
    if (id < 0) throw new RangeError(`no id ${id}`);
    return id;
  },
  decode: (id) => {
    throw new TypeError(`broken ${id}`);
  },
});
registerCodec(Declined, {
  name: "declined",
  encode: ({ message, account }) => ({ message, account }),
  decode: ({ message, account }) => new Declined(message, account),
});

for (
  const where of [{ threadsPerWorker: 1 }, { executors: "inline" }, {
    workers: 1,
    threadsPerWorker: 1,
    processes: true,
  }] as const
) {
  Deno.test(`instances travel as arguments, within data, captured, as results and scattered, ${Deno.inspect(where)}`, async () => {
    await using client = await Client.connect(where);
    const point = new Point(3, 4);
    assertEquals(await client.submit((p: Point) => p.norm(), point).result(WAIT), 5);
    const moved = await client.submit((p: Point) => new Point(p.x + 1, p.y), point).result(WAIT);
    assert(moved instanceof Point);
    assertEquals([moved.x, moved.y, moved.norm()], [4, 4, Math.hypot(4, 4)]);
    const made = client.submit(() => new Point(1, 2));
    assert(await client.submit((p: Point) => p instanceof Point, made).result(WAIT));
    const data = await client.submit((data: { list: Point[]; map: Map<Point, string> }) => ({
      isOne: data.list[0] === data.list[1] && data.map.has(data.list[0]!),
      isPoint: data.list.every((one) => one instanceof Point),
      back: data,
    }), { list: [point, point], map: new Map([[point, "here"]]) }).result(WAIT);
    assertEquals([data.isOne, data.isPoint, data.back.list.length], [true, true, 2]);
    assertStrictEquals(data.back.list[0], data.back.list[1]);
    assert(data.back.list[0] instanceof Point && data.back.map.has(data.back.list[0]));
    assertEquals(await client.submit(() => point instanceof Point && point.norm()).result(WAIT), 5);
    const [scattered] = await client.scatter([new Segment(point, new Point(0, 0))]);
    const length = client.submit((s: Segment) => Math.hypot(s.from.x - s.to.x, s.from.y - s.to.y), scattered!);
    assertEquals(await length.result(WAIT), 5);
    const segment = await scattered!.result(WAIT);
    assert(segment instanceof Segment && segment.from instanceof Point);
  });
}

Deno.test("instances of one class have one class in all tasks of an executor, and in nested ones", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const remember = (p: object) => {
    const known: unknown = Reflect.get(globalThis, "pointClass");
    Reflect.set(globalThis, "pointClass", p.constructor);
    return known === undefined || known === p.constructor;
  };
  const points = [new Point(1, 1), new Point(2, 2), new Segment(new Point(3, 3), new Point(4, 4)).to];
  assertEquals(await client.gather(client.map(remember, points)), [true, true, true]);
  assert(await client.submit(() => Reflect.get(globalThis, "pointClass") === Point).result(WAIT));
  const nested = client.submit(async (p: Point) => {
    const grown = getClient().submit((q: Point) => new Point(q.x * 10, q.y), p);
    const result = await grown.result();
    return [result, result instanceof Point] as const;
  }, points[0] as Point);
  const [grown, isPoint] = await nested.result(WAIT);
  assert(isPoint && grown instanceof Point);
  assertEquals(grown.x, 10);
});

Deno.test("private state travels by static methods, and errors of a registered class arrive as theirs", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const richer = await client.submit((a: Account) => new Account(a.balance + 1), new Account(41)).result(WAIT);
  assertEquals(richer.balance, 42);
  const failing = client.submit((account: Account) => {
    throw new Declined("too poor", account); // declined here
  }, new Account(7));
  const error = await assertRejects(() => failing.result(WAIT), Declined, "too poor");
  assertEquals(error.account.balance, 7);
  assertStringIncludes(error.stack!, `${import.meta.url}:${lineOf("// declined here")}`);
});

Deno.test("equal instances give equal keys, others give others", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const norm = (p: Point) => p.norm();
  const keys = [new Point(3, 4), new Point(3, 4), new Point(4, 3)].map((p) => client.submit(norm, p).key);
  assertEquals([keys[0] === keys[1], keys[0] === keys[2]], [true, false]);
});

Deno.test("scenario 7: what cannot be encoded is refused, what cannot be decoded fails the task, and all goes on", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const take = (x: unknown) => typeof x;
  const stranger = assertThrows(() => client.submit(take, { a: [new Stranger()] }));
  assert(TroupeError.is(stranger, "task/not-serializable"));
  assertEquals(stranger.message, 'Cannot submit task "take": args[0].a[0] is an instance of class Stranger');
  assertStringIncludes(stranger.hint!, "registerCodec");
  const unreadable = assertThrows(() => client.submit(take, [new Fragile(-1)]));
  assert(TroupeError.is(unreadable, "task/not-serializable"));
  assertEquals(
    unreadable.message,
    'Cannot submit task "take": args[0][0] is an instance of class Fragile, which codec "fragile" cannot encode: no id -1',
  );
  assert(unreadable.cause instanceof RangeError);
  await assertRejects(() => client.submit(take, new Fragile(5)).result(WAIT), TypeError, "broken 5");
  const other = client.submit((id: number) => new Fragile(id), 6);
  await assertRejects(() => other.result(WAIT), TypeError, "broken 6");
  class Pixel extends Point {}
  const subclass = assertThrows(() => client.submit(take, new Pixel(1, 2)));
  assertStringIncludes((subclass as Error).message, 'comes back from codec "point" as something else');
  const result = await assertRejects(() => client.submit(() => new (class Local {})()).result(WAIT));
  assertStringIncludes((result as Error).message, "result is an instance of class Local");
  assertEquals(await client.submit(take, new Point(1, 2)).result(WAIT), "object");
});

Deno.test("a codec that a module registers where it is imported serves its instances everywhere", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const make = fromModule<typeof angle>(new URL("codec_module.ts", import.meta.url), "angle");
  const made = client.submit(make, 725);
  // This program has not imported the module: the codec came with the value.
  assertEquals((await made.result(WAIT)).degrees, 5);
  assertEquals(await client.submit((a: Angle) => a.degrees * 2, made).result(WAIT), 10);
  assertEquals((await client.gather([made, made])).map((one) => one.degrees), [5, 5]);
});

Deno.test("an error arrives in its class also when that must be loaded first", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const bend = fromModule<typeof straighten>(new URL("codec_module.ts", import.meta.url), "straighten");
  const [gathered, other] = [client.submit(bend, 7), client.submit(bend, 8)];
  for (const work of [() => client.gather([gathered]), () => other.result(WAIT)]) {
    const error: Error = await assertRejects(work, Error, "crooked by");
    const angle: unknown = Reflect.get(error, "angle");
    assertEquals([error.constructor.name, typeof Reflect.get(angle as object, "degrees")], ["Crooked", "number"]);
    assertStringIncludes(error.stack!, "codec_module.ts:");
  }
  assertEquals((await other.exception())?.constructor.name, "Crooked");
});

function lineOf(text: string): number {
  return Deno.readTextFileSync(new URL(import.meta.url)).split("\n").findIndex((line) => line.includes(text)) + 1;
}
