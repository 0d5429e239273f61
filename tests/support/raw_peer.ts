/** What a peer says, byte by byte: for tests that speak for one end of a socket themselves. @module */
import { encodeHello, type OwnHello, preface } from "../../actors/transport/hello.ts";
import { FrameCheck } from "../../actors/wire/frame_check.ts";
import { encodeFrame } from "../../actors/wire/frame_codec.ts";
import { ownHello } from "./links.ts";

/** Frames with the sums that they need, in the order in which they are asked for. */
export class RawPeer {
  readonly #check = new FrameCheck();

  /** Preface and hello. */
  hello(changes: Partial<OwnHello> = {}): Uint8Array[] {
    return [preface(), ...this.frame(encodeHello({ ...ownHello(changes), isChecked: true }))];
  }

  /** A frame, whatever its head is. */
  frame(head: Uint8Array, buffers: readonly Uint8Array[] = []): Uint8Array[] {
    return encodeFrame({ head, buffers }, this.#check);
  }

  /** The fixed part of a header, then lengths of buffers, with sums as if all were well. */
  header(fixed: readonly [headBytes: number, bufferCount: number], ...lengths: number[]): Uint8Array {
    return Uint8Array.from(
      [fixed, lengths].filter((words) => words.length > 0).flatMap((words) => this.#sealed(words)),
    );
  }

  #sealed(words: readonly number[]): number[] {
    const bytes = new Uint8Array(4 * words.length + 4);
    bytes.set(new Uint8Array(new Uint32Array(words).buffer));
    this.#check.add(bytes.subarray(0, -4));
    this.#check.seal(bytes, 4 * words.length);
    return [...bytes];
  }
}
