import type { Timer } from "../base/clock.ts";
import type { TransportWorld } from "./connection.ts";

/** What a {@linkcode Pulse} asks for. */
export interface PulseHandlers {
  /** Nothing was sent for `limits.heartbeatMs`: say something. */
  beat(): void;
  /** Nothing was heard for `limits.silenceMs`: the other end is gone, even if the system does not know. */
  silent(): void;
}

/** The longest wait that a timer can take. */
const WAIT_MS_MAX = 0x7fff_ffff;

/** Keeps a quiet connection alive and notices a dead one. */
export class Pulse {
  readonly #world: TransportWorld;
  readonly #handlers: PulseHandlers;
  #sentAtMs: number;
  /** When something was last heard; undefined while nobody listens, so that silence means nothing. */
  #heardAtMs: number | undefined;
  /** When the timer should ring. */
  #dueAtMs = 0;
  /** The only timer; undefined once stopped. */
  #timer: Timer | undefined;

  constructor(world: TransportWorld, handlers: PulseHandlers) {
    this.#world = world;
    this.#handlers = handlers;
    this.#sentAtMs = world.clock.nowMs();
    this.#arm();
  }

  /** From now on silence counts. */
  listen(): void {
    this.heard();
    this.#timer?.cancel();
    this.#arm();
  }

  /** Something was sent. */
  sent(): void {
    this.#sentAtMs = this.#world.clock.nowMs();
  }

  /** Something was heard, if only a part of a frame. */
  heard(): void {
    this.#heardAtMs = this.#world.clock.nowMs();
  }

  /** Ends it, for good. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const { heartbeatMs, silenceMs } = this.#world.limits;
    const silentAtMs = this.#heardAtMs === undefined ? Infinity : this.#heardAtMs + silenceMs;
    const nowMs = this.#world.clock.nowMs();
    const waitMs = Math.min(Math.max(0, Math.min(this.#sentAtMs + heartbeatMs, silentAtMs) - nowMs), WAIT_MS_MAX);
    this.#dueAtMs = nowMs + waitMs;
    this.#timer = this.#world.clock.after(waitMs, () => this.#ring());
  }

  #ring(): void {
    const { clock, limits } = this.#world;
    const nowMs = clock.nowMs();
    if (this.#heardAtMs !== undefined) {
      // A timer that rings late means that this thread was blocked: what has arrived meanwhile is still to be read.
      const lateMs = nowMs - this.#dueAtMs;
      if (lateMs > limits.heartbeatMs / 2) this.#heardAtMs += lateMs;
      if (nowMs - this.#heardAtMs >= limits.silenceMs) {
        this.#timer = undefined;
        this.#handlers.silent();
        return;
      }
    }
    if (nowMs - this.#sentAtMs >= limits.heartbeatMs) {
      this.#sentAtMs = nowMs;
      this.#handlers.beat();
    }
    this.#arm();
  }
}
