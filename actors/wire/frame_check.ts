/** Checks that the frames of one direction of a stream are those that were sent. @module */
import { Checksum } from "./checksum.ts";

/** Bytes of one sum on the stream. */
export const SUM_BYTES = 4;

/**
 * The sum of all frames of one direction so far. It goes on from frame to frame: so a frame that is missing, comes twice
 * or out of turn shows as well as one that was changed.
 */
export class FrameCheck {
  readonly #sum = new Checksum();

  /** Takes the next bytes. */
  add(bytes: Uint8Array): void {
    this.#sum.add(bytes);
  }

  /** Writes the sum of all bytes so far. */
  seal(view: DataView, at: number): void {
    view.setUint32(at, this.#sum.value, true);
  }

  /** Throws when the sum there is not that of all bytes so far. */
  verify(view: DataView, at: number): void {
    if (view.getUint32(at, true) !== this.#sum.value) throw new ChangedOnTheWay();
  }
}

/** What was sent is not what came: not the fault of either end, so another connection may do better. */
export class ChangedOnTheWay extends Error {
  constructor() {
    super("a frame was changed on its way");
  }
}
