import { asError, troupeError } from "../base/errors.ts";
import { FrameCheck } from "../wire/frame_check.ts";
import { encodeFrame, FrameParser } from "../wire/frame_codec.ts";
import type { Frame } from "../wire/message_codec.ts";
import { ChunkWriter } from "./chunk_writer.ts";
import { preface, PREFACE_BYTES } from "./hello.ts";

/** A socket with frames on it, from its first byte to its last. Reads only when asked to. */
export class FrameStream {
  readonly #socket: Deno.Conn;
  readonly #writer: ChunkWriter;
  readonly #parser: FrameParser;
  /** Sums up what is sent; undefined once it is known that nobody looks at sums. */
  #check: FrameCheck | undefined = new FrameCheck();
  /** Who gets the frames; replaced when the hello is over. */
  #sink: (frame: Frame) => void = () => {};
  /** Why the socket was closed before its end; kept so that a failing read can say so. */
  #failure: Error | undefined;
  /** Whether the socket has been closed. */
  #closed = false;

  /**
   * Takes over a socket.
   *
   * @param socket Used by nobody else from now on.
   * @param limitBytes Largest frame accepted at first: before the hello a small one.
   */
  constructor(socket: Deno.Conn, limitBytes: number) {
    this.#socket = socket;
    this.#writer = new ChunkWriter(socket, (error) => this.fail(error));
    this.#parser = new FrameParser(limitBytes, (frame) => this.#sink(frame), new FrameCheck());
  }

  /** Bytes sent and not yet taken by the system. */
  get bufferedBytes(): number {
    return this.#writer.bufferedBytes;
  }

  /** Bytes taken by the system so far. */
  get writtenBytes(): number {
    return this.#writer.writtenBytes;
  }

  /** Accepts frames up to this size from now on. */
  set limitBytes(limitBytes: number) {
    this.#parser.limitBytes = limitBytes;
  }

  /** Gives frames to this function from now on. */
  set sink(sink: (frame: Frame) => void) {
    this.#sink = sink;
  }

  /** Resolves when fewer bytes than this wait, or the socket has been closed. */
  below(belowBytes: number): Promise<void> {
    return this.#writer.below(belowBytes);
  }

  /** Frames that are sent from now on have no sums. */
  endSentCheck(): void {
    this.#check = undefined;
  }

  /** Frames that come from now on have no sums. Between frames only: that is where `sink` is called. */
  endReceivedCheck(): void {
    this.#parser.endCheck();
  }

  /** Sends the preface. */
  sendPreface(): void {
    this.#writer.push([preface()]);
  }

  /** Sends a frame; its parts are left unchanged by the caller. */
  send(frame: Frame): void {
    this.#writer.push(encodeFrame(frame, this.#check));
  }

  /**
   * Reads the peer's preface, which is not framed.
   *
   * @param fault Judges what is there so far: its text ends the reading.
   * @returns What `fault` said; undefined when the preface is complete and right.
   */
  async readPreface(fault: (received: Uint8Array) => string | undefined): Promise<string | undefined> {
    const bytes = new Uint8Array(PREFACE_BYTES);
    for (let filled = 0; filled < bytes.byteLength;) {
      const count = await this.#readInto(bytes.subarray(filled));
      if (count === null) throw troupeError("link/down", "Cannot link: the peer ended before its hello");
      filled += count;
      const line = fault(bytes.subarray(0, filled));
      if (line !== undefined) return line;
    }
    return undefined;
  }

  /**
   * Reads once; frames that are complete now go to `sink`.
   *
   * @returns Whether something came; false at the end of the stream.
   * @throws What `fail` was given, what the socket, the parser and `sink` throw.
   */
  async read(): Promise<boolean> {
    const count = await this.#readInto(this.#parser.target());
    if (count === null) return false;
    this.#parser.filled(count);
    return true;
  }

  /**
   * Ends the sending side and discards what still comes, so that the last words sent are not lost in a reset.
   *
   * @returns Whether the peer ended in order; false when it was lost, or we were told to `fail`.
   */
  async finish(): Promise<boolean> {
    await this.#writer.idle();
    const scratch = new Uint8Array(1024);
    try {
      await this.#socket.closeWrite();
      while (await this.#readInto(scratch) !== null);
      return true;
    } catch {
      // The words are said or lost; there is nobody left to tell.
      return false;
    }
  }

  /** Closes the socket; a read under way throws this reason. */
  fail(reason: Error): void {
    this.#failure ??= reason;
    this.#close();
  }

  /** Closes the socket and resolves when nothing of it is left. */
  async end(): Promise<void> {
    this.#close();
    await this.#writer.idle();
  }

  /** Lets the socket keep the process alive. */
  ref(): void {
    this.#socket.ref();
  }

  /** Lets the process end although the socket is open. */
  unref(): void {
    this.#socket.unref();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#writer.stop();
    this.#socket.close();
  }

  async #readInto(target: Uint8Array): Promise<number | null> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const count = await this.#socket.read(target);
      if (this.#failure !== undefined) throw this.#failure;
      return count;
    } catch (thrown) {
      throw this.#failure ?? asError(thrown);
    }
  }
}
