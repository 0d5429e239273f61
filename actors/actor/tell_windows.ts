/** How much we may tell actors elsewhere before we ask whether there is room. @module */
import type { ActorAddress, SystemId } from "./actor_address.ts";

/** Messages told to one actor between two questions for room: a question costs a round trip. */
const WINDOW = 128;
/** Bytes told to one actor between two questions for room. */
const WINDOW_BYTES = 1024 ** 2;

/** What was told to one actor since it last said that there is room. */
interface TellWindow {
  readonly system: SystemId;
  told: number;
  toldBytes: number;
  /** The question under way. */
  asked: Promise<void> | undefined;
}

/** Back-pressure over links: a mailbox elsewhere is seen only by asking. */
export class TellWindows {
  /** By actor; an entry goes when its actor says that there is room, or its system is gone. */
  readonly #windows = new Map<string, TellWindow>();

  /**
   * One more message of so many bytes was told to this actor.
   *
   * @param ask Resolves when it has room; never rejects.
   * @returns What to wait for; undefined when the window is open.
   */
  room(address: ActorAddress, sizeBytes: number, ask: () => Promise<void>): Promise<void> | undefined {
    const key = `${address.actor}#${address.system}`;
    const window = this.#windows.get(key) ?? { system: address.system, told: 0, toldBytes: 0, asked: undefined };
    this.#windows.set(key, window);
    window.told++;
    window.toldBytes += sizeBytes;
    if (window.told < WINDOW && window.toldBytes < WINDOW_BYTES) return undefined;
    window.asked ??= ask().then(() => {
      if (this.#windows.get(key) === window) this.#windows.delete(key);
    });
    return window.asked;
  }

  /** That system has no more actors. */
  systemGone(system: SystemId): void {
    for (const [key, window] of this.#windows) if (window.system === system) this.#windows.delete(key);
  }
}
