import { asError } from "../base/errors.ts";

/** Where a {@linkcode ChunkWriter} writes: a socket. */
export interface ByteSink {
  /** Takes some of the bytes; resolves with how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Chunks below this are copied together: a system call costs more than copying this many bytes. */
const SMALL_BYTES = 16 * 1024;
/** Bytes of small chunks in one write, at most. */
const JOINED_BYTES = 64 * 1024;

/** Writes chunks in order: never two writes at once, small chunks joined, partial writes continued. */
export class ChunkWriter {
  readonly #sink: ByteSink;
  readonly #onFailure: (error: Error) => void;
  /** Not yet begun, in order. */
  #queue: Uint8Array[] = [];
  /** Bytes pushed and not yet taken by the sink; 0 once stopped. */
  #bufferedBytes = 0;
  /** Bytes taken by the sink since the beginning. */
  #writtenBytes = 0;
  /** The loop that writes; undefined when there is nothing to write. Never rejects. */
  #writing: Promise<void> | undefined;
  /** Set by `stop` and by a failed write: after either a stream of frames cannot go on. */
  #stopped = false;
  /** Who waits for `bufferedBytes` to fall, and below what. */
  #waiting: { readonly belowBytes: number; readonly resolve: () => void }[] = [];
  /** Small chunks are joined here; made when first needed, used by one write at a time. */
  #joint: Uint8Array<ArrayBuffer> | undefined;

  /** @param onFailure Called once, with what the sink threw. */
  constructor(sink: ByteSink, onFailure: (error: Error) => void) {
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  /** Bytes pushed and not yet taken by the sink. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Bytes taken by the sink so far: grows as long as the other end reads. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Takes over chunks, to be left unchanged until written. Drops them once stopped. */
  push(chunks: readonly Uint8Array[]): void {
    if (this.#stopped) return;
    for (const chunk of chunks) {
      if (chunk.byteLength === 0) continue;
      this.#queue.push(chunk);
      this.#bufferedBytes += chunk.byteLength;
    }
    if (this.#queue.length > 0) this.#writing ??= this.#writeAll();
  }

  /** Resolves when fewer bytes than this are buffered, or the writer has stopped. */
  below(belowBytes: number): Promise<void> {
    if (this.#stopped || this.#bufferedBytes < belowBytes) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ belowBytes, resolve }));
  }

  /** Resolves when no write is under way. */
  async idle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Drops what waits. A write under way is the sink's to end. */
  stop(): void {
    this.#stopped = true;
    this.#queue = [];
    this.#bufferedBytes = 0;
    this.#wake();
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const batch = this.#queue;
        this.#queue = [];
        const pieces = batch.length === 1 ? batch : this.#joined(batch);
        for (const piece of pieces) await this.#writePiece(piece);
      }
    } catch (thrown) {
      const hadStopped = this.#stopped;
      this.stop();
      if (!hadStopped) this.#onFailure(asError(thrown));
    } finally {
      this.#writing = undefined;
    }
  }

  /** The same bytes in fewer pieces. Lazy: each piece is written before the next one is made. */
  *#joined(batch: readonly Uint8Array[]): Generator<Uint8Array> {
    let used = 0;
    for (const [index, chunk] of batch.entries()) {
      const isSmall = chunk.byteLength < SMALL_BYTES;
      if (used > 0 && (!isSmall || used + chunk.byteLength > JOINED_BYTES)) {
        yield this.#jointBuffer().subarray(0, used);
        used = 0;
      }
      if (!isSmall || (used === 0 && index === batch.length - 1)) {
        yield chunk;
      } else {
        this.#jointBuffer().set(chunk, used);
        used += chunk.byteLength;
      }
    }
    if (used > 0) yield this.#jointBuffer().subarray(0, used);
  }

  #jointBuffer(): Uint8Array<ArrayBuffer> {
    return this.#joint ??= new Uint8Array(JOINED_BYTES);
  }

  async #writePiece(piece: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < piece.byteLength && !this.#stopped) {
      const count = await this.#sink.write(offset === 0 ? piece : piece.subarray(offset));
      offset += count;
      this.#writtenBytes += count;
      if (this.#stopped) return;
      this.#bufferedBytes -= count;
      if (this.#waiting.length > 0) this.#wake();
    }
  }

  #wake(): void {
    const stillWaiting = this.#waiting.filter((waiter) => {
      const isOver = this.#stopped || this.#bufferedBytes < waiter.belowBytes;
      if (isOver) waiter.resolve();
      return !isOver;
    });
    this.#waiting = stillWaiting;
  }
}
