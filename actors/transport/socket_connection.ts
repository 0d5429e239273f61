import type { Timer } from "../base/clock.ts";
import { asError, TroupeError, troupeError } from "../base/errors.ts";
import { frameBytes } from "../wire/frame_codec.ts";
import { decodeMessage, encodeMessage, type Frame } from "../wire/message_codec.ts";
import type { Connection, ConnectionHandlers, TransportWorld } from "./connection.ts";
import { Delivery } from "./delivery.ts";
import type { FrameStream } from "./frame_stream.ts";
import { oneLine } from "./hello.ts";
import { Pulse } from "./pulse.ts";

/** What a {@linkcode SocketConnection} is made of: a socket on which both ends have said hello. */
export interface SocketConnectionOptions extends TransportWorld {
  /** The socket; the connection closes it. */
  readonly stream: FrameStream;
  /** The other end, for messages. */
  readonly peer: string;
  /** Frames that came right behind the hello. */
  readonly early: readonly Frame[];
}

const NOTHING = new Uint8Array(0);
/** Says that nothing is said. */
const HEARTBEAT: Frame = { head: NOTHING, buffers: [] };
/** No MessagePack begins with this byte. */
const GOODBYE_MARK = 0xc1;
/** Says that nothing more will be said. A stream without it ended in disorder. */
const GOODBYE = goodbye("");

/** With a reason it says that the stream cannot go on because of what was heard. */
function goodbye(why: string): Frame {
  return { head: Uint8Array.of(GOODBYE_MARK, ...new TextEncoder().encode(oneLine(why))), buffers: [] };
}

/** A connection over a socket, after the hello. */
export class SocketConnection implements Connection {
  /** Messages are MessagePack on the way. */
  readonly level = "bytes";
  /** As given. */
  readonly peer: string;
  readonly #world: TransportWorld;
  readonly #stream: FrameStream;
  readonly #delivery = new Delivery();
  readonly #pulse: Pulse;
  /** Came before anybody read; emptied by the reading loop. */
  #early: readonly Frame[];
  /** Nothing is sent from `close` or the end on. */
  #sending = true;
  /** Whether the peer has said goodbye, or what it says no longer matters: the reading loop ends. */
  #done = false;
  /** The loop that reads, and when it ends closes the socket. Undefined until `open`, `close` or `abort`. */
  #reading: Promise<void> | undefined;
  /** Rings when our goodbye gets no answer. */
  #deadline: Timer | undefined;

  /** Takes over a socket; nobody hears of what it says until `open`. */
  constructor(options: SocketConnectionOptions) {
    this.peer = options.peer;
    this.#world = options;
    this.#stream = options.stream;
    this.#early = options.early;
    this.#stream.sink = (frame) => this.#take(frame);
    this.#pulse = new Pulse(options, { beat: () => this.#beat(), silent: () => this.#silent() });
    this.#stream.unref();
  }

  /** As in {@linkcode Connection}. */
  get bufferedBytes(): number {
    return this.#stream.bufferedBytes;
  }

  /** As in {@linkcode Connection}. A message that cannot be encoded, or is larger than a frame may be, breaks it. */
  send(message: unknown): void {
    if (!this.#sending) return;
    const { besideBytesMin, frameBytesMax } = this.#world.limits;
    try {
      const frame = encodeMessage(message, besideBytesMin);
      const sizeBytes = frameBytes(frame);
      if (sizeBytes > frameBytesMax) return this.abort(this.#tooLarge(sizeBytes));
      this.#stream.send(frame);
      this.#pulse.sent();
    } catch (thrown) {
      const cause = asError(thrown);
      this.abort(troupeError("link/down", `Cannot send message to ${this.peer}: ${cause.message}`, { cause }));
    }
  }

  /** As in {@linkcode Connection}. */
  drained(): Promise<void> {
    return this.#stream.below(this.#world.limits.bufferedBytesHigh);
  }

  /** As in {@linkcode Connection}. */
  open(handlers: ConnectionHandlers): void {
    this.#delivery.open(handlers);
    if (this.#delivery.ended) return;
    this.#pulse.listen();
    this.#reading = this.#readAll();
  }

  /** As in {@linkcode Connection}. The deadline, `limits.helloTimeoutMs`, counts from the last byte the peer has taken. */
  close(): Promise<void> {
    if (this.#sending) {
      this.#sending = false;
      this.#pulse.stop();
      this.#delivery.end(undefined);
      this.#stream.send(GOODBYE);
      this.#awaitGoodbye(this.#stream.writtenBytes);
    }
    // Somebody waits for this end, and the peer will answer or the deadline ring.
    this.#stream.ref();
    return this.#reading ??= this.#readAll();
  }

  /** As in {@linkcode Connection}. */
  abort(reason: TroupeError): void {
    this.#sending = false;
    this.#done = true;
    this.#pulse.stop();
    this.#delivery.end(reason);
    this.#stream.fail(reason);
    this.#reading ??= this.#readAll();
  }

  /** As in {@linkcode Connection}. */
  ref(): void {
    this.#stream.ref();
  }

  /** As in {@linkcode Connection}. */
  unref(): void {
    this.#stream.unref();
  }

  /** Reads to the end, then lets everything go. Never rejects: what went wrong is the reason of the end. */
  async #readAll(): Promise<void> {
    // Nothing is delivered from within `open`.
    await Promise.resolve();
    let reason: TroupeError | undefined;
    try {
      for (const frame of this.#early) this.#take(frame);
      this.#early = [];
      let isThere = true;
      while (isThere && !this.#done) {
        isThere = await this.#stream.read();
        this.#pulse.heard();
      }
      if (!this.#done) reason = this.#down("the peer ended without closing");
    } catch (thrown) {
      reason = TroupeError.is(thrown) ? thrown : this.#down(asError(thrown).message, thrown);
    }
    this.#sending = false;
    this.#pulse.stop();
    this.#deadline?.cancel();
    this.#delivery.end(reason);
    if (reason !== undefined) await this.#complain(reason);
    await this.#stream.end();
  }

  /** Tells the other end why we no longer listen: it would learn from a mere end that we were lost. */
  async #complain(reason: TroupeError): Promise<void> {
    this.#stream.send(goodbye(reason.message));
    this.#awaitGoodbye(this.#stream.writtenBytes);
    await this.#stream.finish();
    this.#deadline?.cancel();
  }

  #take(frame: Frame): void {
    const { head, buffers } = frame;
    if (head.byteLength === 0 && buffers.length === 0) return;
    if (head[0] === GOODBYE_MARK) {
      this.#done = true;
      const why = oneLine(new TextDecoder().decode(head.subarray(1)));
      this.#delivery.end(why === "" ? undefined : this.#down(`the peer ended it: ${why}`));
    } else if (!this.#delivery.ended) {
      const fault = this.#delivery.message(decodeMessage(frame), this.peer);
      if (fault !== undefined) throw fault;
    }
  }

  #beat(): void {
    if (this.#stream.bufferedBytes === 0) this.#stream.send(HEARTBEAT);
  }

  #silent(): void {
    this.abort(this.#down(`nothing was heard for ${this.#world.limits.silenceMs} ms (half-open)`));
  }

  #awaitGoodbye(writtenBytes: number): void {
    const { clock, limits } = this.#world;
    this.#deadline = clock.after(limits.helloTimeoutMs, () => {
      const nowWrittenBytes = this.#stream.writtenBytes;
      if (nowWrittenBytes > writtenBytes) this.#awaitGoodbye(nowWrittenBytes);
      else this.#stream.fail(this.#down("the peer did not answer goodbye"));
    });
  }

  #down(why: string, cause?: unknown): TroupeError {
    return troupeError("link/down", `Link to ${this.peer} is down: ${why}`, { cause });
  }

  #tooLarge(sizeBytes: number): TroupeError {
    const limitBytes = this.#world.limits.frameBytesMax;
    return troupeError(
      "wire/frame-too-large",
      `Cannot send message to ${this.peer}: it has ${sizeBytes} bytes, more than the limit of ${limitBytes}`,
      { details: { sizeBytes, limitBytes } },
    );
  }
}
