import { assertEquals } from "@std/assert";
import { type ByteSink, ChunkWriter } from "../../actors/transport/chunk_writer.ts";

/** Takes at most `mostBytes` per write, each only when told to; fails when two writes overlap. */
class SlowSink implements ByteSink {
  readonly writes: number[][] = [];
  #pending: { readonly resolve: (count: number) => void; readonly reject: (error: Error) => void } | undefined;
  #count = 0;
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#pending !== undefined) throw new Error("two writes at once");
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const part = [...bytes.subarray(0, this.#mostBytes)];
    this.writes.push(part);
    this.#count = part.length;
    this.#pending = { resolve, reject };
    return promise;
  }

  async take(): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(this.#count);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  async breakDown(error: Error): Promise<void> {
    this.#pending?.reject(error);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

const unexpected = (error: Error) => {
  throw error;
};

Deno.test("ChunkWriter joins small chunks that wait into one write, in order", async () => {
  const sink = new SlowSink(1_000_000);
  const writer = new ChunkWriter(sink, unexpected);
  writer.push([Uint8Array.of(1)]);
  writer.push([Uint8Array.of(2), Uint8Array.of()]);
  const big = new Uint8Array(20_000).fill(9);
  writer.push([Uint8Array.of(3), big, Uint8Array.of(4)]);
  for (let write = 0; write < 4; write++) await sink.take();
  assertEquals(sink.writes.map((bytes) => bytes.length), [1, 2, 20_000, 1]);
  assertEquals(sink.writes.flat(), [1, 2, 3, ...big, 4]);
  await writer.idle();
});

Deno.test("ChunkWriter goes on after a partial write and counts what is taken", async () => {
  const sink = new SlowSink(3);
  const writer = new ChunkWriter(sink, unexpected);
  writer.push([Uint8Array.of(1, 2, 3, 4, 5, 6, 7)]);
  const below = writer.below(5).then(() => writer.bufferedBytes);
  assertEquals(writer.bufferedBytes, 7);
  await sink.take();
  assertEquals([await below, writer.writtenBytes], [4, 3]);
  await sink.take();
  await sink.take();
  assertEquals(sink.writes, [[1, 2, 3], [4, 5, 6], [7]]);
  assertEquals([writer.bufferedBytes, writer.writtenBytes], [0, 7]);
  await writer.idle();
});

Deno.test("ChunkWriter stops for good, and lets waiters go, after a failed write", async () => {
  const sink = new SlowSink(3);
  const failures: Error[] = [];
  const writer = new ChunkWriter(sink, (error) => failures.push(error));
  writer.push([Uint8Array.of(1, 2, 3, 4)]);
  const below = writer.below(0);
  const fault = new Error("broken pipe");
  await sink.breakDown(fault);
  await below;
  await writer.idle();
  writer.push([Uint8Array.of(5)]);
  await writer.below(0);
  assertEquals([failures, sink.writes.length, writer.bufferedBytes], [[fault], 1, 0]);
});
