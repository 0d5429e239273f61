/** Random nests of closures over random values: shipped and called, against the local call. @module */
import { assertEquals } from "@std/assert";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import { Capturer } from "../../actors/code/capture.ts";
import { Reviver } from "../../actors/code/revive.ts";

/** A function of a number that tells what it did. */
type Told = (x: number) => unknown;

class Random2 {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  upTo(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  value(depth: number): unknown {
    const leaves: readonly (() => unknown)[] = [
      () => this.upTo(100),
      () => this.#random.next(),
      () => this.#random.text(4),
      () => BigInt(this.upTo(1_000)) ** 9n,
      () => [undefined, null, true, NaN, -0][this.upTo(5)],
      () => new Date(this.upTo(1_000_000)),
      () => Uint8Array.from({ length: this.upTo(5) }, (_, i) => i),
    ];
    if (depth === 0 || this.upTo(3) === 0) return leaves[this.upTo(leaves.length)]!();
    const parts = Array.from({ length: this.upTo(4) }, () => this.value(depth - 1));
    const nests: readonly (() => unknown)[] = [
      () => parts,
      () => Object.fromEntries(parts.map((part, i) => [`k${i}`, part])),
      () => new Map(parts.map((part, i) => [i, part])),
      () => new Set(parts),
    ];
    return nests[this.upTo(nests.length)]!();
  }
}

/** Ways to make a closure over two others and two values. */
const NESTS: readonly ((f: Told, g: Told, a: unknown, b: unknown) => Told)[] = [
  (f, _g, a) => (x) => [a, f(x)],
  (f, g) => (x) => x % 2 === 0 ? f(x + 1) : g(x + 1),
  (f, g, a, b) => {
    const tools = { f, list: [g, a], b };
    return (x) => [tools.f(x), (tools.list[0] as Told)(x), tools.list[1], tools.b];
  },
  (f, _g, a, b) => {
    class Holder {
      readonly #a = a;
      static b = b;
      tell(x: number): unknown {
        return [this.#a, Holder.b, f(x)];
      }
    }
    class Louder extends Holder {
      override tell(x: number): unknown {
        return ["loud", super.tell(x)];
      }
    }
    return (x) => [new Holder().tell(x), new Louder().tell(x)];
  },
  (f, g, a) => {
    function down(x: number): unknown {
      return x <= 0 ? f(x) : [a, up(x - 1)];
    }
    function up(x: number): unknown {
      return x <= 0 ? g(x) : [down(x - 1)];
    }
    return (x) => down(x % 4);
  },
  (f, _g, a) =>
    (function (this: unknown, first: unknown, x: number): unknown {
      return [this, first, f(x)];
    }).bind({ a }, a),
  (f, _g, a) => {
    let changed = a;
    const tell: Told = (x) => [changed, f(x)];
    changed = [a, "changed"];
    return tell;
  },
  (f, g, a) => {
    const all: Told[] = [];
    for (let i = 0; i < 3; i++) all.push((x) => [i, a, i === 0 ? f(x) : g(x)]);
    return (x) => all.map((one) => one(x));
  },
  (f, _g, a) => {
    function* each(x: number): Generator<unknown> {
      yield a;
      yield f(x);
    }
    return (x) => [...each(x)];
  },
  (f, g, a, b) => Object.assign((x: number) => [f(x), g(x)], { a, b }),
];

function nest(random: Random2, depth: number): Told {
  if (depth === 0) {
    const value = random.value(2);
    return (x) => [x, value];
  }
  const make = NESTS[random.upTo(NESTS.length)]!;
  return make(nest(random, depth - 1), nest(random, random.upTo(depth)), random.value(2), random.value(1));
}

Deno.test("property: nests of closures give elsewhere what they give here", async () => {
  const capturer = new Capturer({});
  const reviver = new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
  const special = { read: (): unknown => undefined };
  for (let seed = 1; seed <= 120; seed++) {
    const random = new Random2(seededRandom(seed));
    const fn = nest(random, 1 + random.upTo(4));
    const sent = capturer.capture(fn, "submit task");
    const code = await reviver.revive(sent.code, sent.hash, sent.name);
    for (const x of [0, 3]) assertEquals(code.make(sent.environment, special)(x as never), fn(x), `seed ${seed}`);
    // And once more from there.
    const again = capturer.capture(code.make(sent.environment, special), "submit task");
    assertEquals([again.hash, again.environment], [sent.hash, sent.environment], `seed ${seed}`);
  }
});
