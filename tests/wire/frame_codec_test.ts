import { assert, assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { seededRandom } from "../../actors/base/random.ts";
import { ChangedOnTheWay, FrameCheck } from "../../actors/wire/frame_check.ts";
import { encodeFrame, frameBytes, FrameParser } from "../../actors/wire/frame_codec.ts";
import type { Frame } from "../../actors/wire/message_codec.ts";

const FRAMES: readonly Frame[] = [
  { head: bytes(0), buffers: [] },
  { head: bytes(3), buffers: [] },
  { head: bytes(5), buffers: [bytes(0), bytes(7), bytes(0)] },
  { head: bytes(100_000), buffers: [bytes(70_000), bytes(2), bytes(65_537)] },
  { head: bytes(0), buffers: [bytes(20_000)] },
  { head: bytes(1), buffers: [] },
];

/** Without sums, and with. */
const CHECKS: readonly (() => FrameCheck | undefined)[] = [() => undefined, () => new FrameCheck()];

Deno.test("FrameParser.push() gives whole frames when bytes come one at a time", () => {
  const small = FRAMES.slice(0, 3);
  for (const check of CHECKS) {
    const [parser, frames] = collector(1e9, check());
    for (const byte of stream(small, check())) parser.push(new Uint8Array([byte]));
    assertEquals(frames, small);
    assert(parser.isBetweenFrames);
  }
});

Deno.test("FrameParser gives the same frames however the stream is cut", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 40; round++) {
    const check = CHECKS[round % 2]!;
    const whole = stream(FRAMES, check());
    const [parser, frames] = collector(1e9, check());
    for (let at = 0; at < whole.length;) {
      const target = parser.target();
      const wanted = 1 + Math.floor(random.next() ** 4 * 100_000);
      const chunk = whole.subarray(at, at + Math.min(wanted, target.length));
      if (random.next() < 0.5) {
        target.set(chunk);
        parser.filled(chunk.length);
      } else {
        parser.push(chunk);
      }
      at += chunk.length;
    }
    assertEquals(frames, FRAMES);
    assert(parser.isBetweenFrames);
  }
});

Deno.test("FrameParser.target() is the big buffer itself, in an allocation of its own", () => {
  const [parser, frames] = collector();
  parser.push(stream([{ head: bytes(2), buffers: [bytes(200_000)] }]).subarray(0, 18));
  const target = parser.target();
  assertEquals(target.length, 200_000);
  target.fill(9);
  parser.filled(150_000);
  parser.target().fill(9);
  parser.filled(50_000);
  const buffer = frames[0]?.buffers[0];
  assertStrictEquals(buffer?.buffer, target.buffer);
  assertEquals(buffer?.buffer.byteLength, 200_000);
  assert(parser.isBetweenFrames);
});

Deno.test("FrameParser gives parts that later frames do not change", () => {
  const [parser, frames] = collector();
  parser.push(stream([{ head: new Uint8Array([1, 2]), buffers: [] }, { head: new Uint8Array([3, 4]), buffers: [] }]));
  assertEquals(frames.map((frame) => [...frame.head]), [[1, 2], [3, 4]]);
  assertNotStrictEquals(frames[0]?.head.buffer, frames[1]?.head.buffer);
});

Deno.test("encodeFrame() joins small parts and does not copy big ones", () => {
  const big = bytes(100_000);
  assertEquals(encodeFrame({ head: bytes(10), buffers: [bytes(20)] }).length, 1);
  const chunks = encodeFrame({ head: bytes(10), buffers: [big, bytes(5)] });
  assertEquals(chunks.length, 3);
  assertStrictEquals(chunks[1], big);
});

Deno.test("frameBytes() is what encodeFrame() gives", () => {
  for (const frame of FRAMES) assertEquals(frameBytes(frame), stream([frame]).length);
});

Deno.test("FrameParser throws wire/frame-too-large when a header announces more than the limit", () => {
  const cases: readonly (readonly number[])[] = [
    [0xffff_ffff, 0], // 4 GB head
    [0, 1, 0, 1], // a buffer of 4 GB
    [0, 0xffff_ffff], // so many buffers that their lengths alone are too much
    [10, 2, 500, 0, 500, 0], // too much together only
  ];
  for (const words of cases) {
    const [parser] = collector(1024);
    const error = assertThrows(() => parser.push(new Uint8Array(new Uint32Array(words).buffer)), Error);
    assert(TroupeError.is(error, "wire/frame-too-large"));
  }
});

Deno.test("FrameParser throws wire/malformed when a header announces absurdly many buffers", () => {
  const [parser] = collector(2 ** 40);
  const error = assertThrows(() => parser.push(new Uint8Array(new Uint32Array([0, 100_000]).buffer)), Error);
  assert(TroupeError.is(error, "wire/malformed"));
});

Deno.test("FrameParser.limitBytes can be raised between frames", () => {
  const frame = { head: bytes(100), buffers: [] };
  const [parser, frames] = collector(50);
  assertThrows(() => parser.push(stream([frame])), Error, "announces 108 bytes, more than the limit of 50");
  const [raised, later] = collector(50);
  raised.push(stream([{ head: bytes(10), buffers: [] }]));
  raised.limitBytes = 108;
  raised.push(stream([frame]));
  assertEquals([frames.length, later.length], [0, 2]);
});

Deno.test("FrameParser.filled() checks big buffers that are read in place", () => {
  const frame: Frame = { head: bytes(3), buffers: [bytes(100_000)] };
  for (const flipped of [undefined, 50_000]) {
    const whole = stream([frame], new FrameCheck());
    if (flipped !== undefined) whole[flipped]! ^= 4;
    const [parser, frames] = collector(1e9, new FrameCheck());
    const read = () => {
      for (let at = 0; at < whole.length;) {
        const target = parser.target();
        const piece = whole.subarray(at, at + Math.min(30_000, target.length));
        target.set(piece);
        parser.filled(piece.length);
        at += piece.length;
      }
    };
    if (flipped === undefined) read();
    else assertThrows(read, ChangedOnTheWay);
    assertEquals(frames, flipped === undefined ? [frame] : []);
  }
});

Deno.test("FrameParser that checks gives nothing from the first changed bit on, wherever it is", () => {
  const sent = [FRAMES[1]!, FRAMES[2]!, FRAMES[0]!, FRAMES[5]!];
  const whole = stream(sent, new FrameCheck());
  const ends = sent.map((_, index) => stream(sent.slice(0, index + 1), new FrameCheck()).length);
  for (let at = 0; at < whole.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const changed = whole.slice();
      changed[at]! ^= 1 << bit;
      const [frames, thrown] = parse(changed);
      assertEquals(frames, sent.slice(0, ends.findIndex((end) => at < end)));
      assert(thrown instanceof ChangedOnTheWay, `bit ${bit} of byte ${at}: ${thrown}`);
    }
  }
});

Deno.test("FrameParser that checks notices a frame that is missing, comes twice, or out of turn", () => {
  const check = new FrameCheck();
  const [a, b, c] = ["a", "b", "c"].map((name) =>
    stream([{ head: new TextEncoder().encode(name), buffers: [] }], check)
  );
  const heads = (...frames: (Uint8Array | undefined)[]) => {
    const [seen, thrown] = parse(Uint8Array.from(frames.flatMap((frame) => [...frame!])));
    return [seen.map(({ head }) => new TextDecoder().decode(head)).join(""), thrown instanceof ChangedOnTheWay];
  };
  assertEquals(heads(a, b, c), ["abc", false]);
  assertEquals(heads(a, c), ["a", true]);
  assertEquals(heads(a, a), ["a", true]);
  assertEquals(heads(a, c, b), ["a", true]);
});

Deno.test("FrameParser.endCheck() takes frames without sums from there on", () => {
  const [parser, frames] = collector(1e9, new FrameCheck());
  parser.push(stream([FRAMES[1]!], new FrameCheck()));
  parser.endCheck();
  parser.push(stream([FRAMES[2]!]));
  assertEquals(frames, [FRAMES[1], FRAMES[2]]);
});

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i * 7);
}

function stream(frames: readonly Frame[], check?: FrameCheck): Uint8Array {
  const chunks = frames.flatMap((frame) => encodeFrame(frame, check));
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function collector(limitBytes = 1e9, check?: FrameCheck): [FrameParser, Frame[]] {
  const frames: Frame[] = [];
  return [new FrameParser(limitBytes, (frame) => frames.push(frame), check), frames];
}

/** What a parser that checks makes of a stream: frames, and what it threw. */
function parse(bytes: Uint8Array): readonly [frames: readonly Frame[], thrown: unknown] {
  const [parser, frames] = collector(1e9, new FrameCheck());
  try {
    parser.push(bytes);
    return [frames, undefined];
  } catch (error) {
    return [frames, error];
  }
}
