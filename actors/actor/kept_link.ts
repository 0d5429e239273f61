/** A link that a user wants: made again, with back-off, whenever it is down. @module */
import type { Timer } from "../base/clock.ts";
import type { Dialer, DialOptions } from "./dialer.ts";
import type { Link } from "./link.ts";
import type { SystemWorld } from "./system_world.ts";

/** First pause before a lost link is made again; doubles. */
const BACKOFF_MS_MIN = 10;
/** Longest pause. */
const BACKOFF_MS_MAX = 1_000;

/** The system that a link belongs to. */
export interface LinkingSystem {
  /** Makes links. */
  readonly dialer: Pick<Dialer, "dial" | "isClosed">;
  /** Time and chance. */
  readonly world: SystemWorld;
  /** Its promise resolves when the system is closed. */
  readonly closed: { readonly promise: Promise<void> };
}

/** Makes a link, and keeps it until it is disposed or the system closes. It keeps no process alive. */
export class KeptLink implements Disposable {
  readonly #dialer: Pick<Dialer, "dial" | "isClosed">;
  readonly #world: SystemWorld;
  readonly #contact: string;
  /** The link in use, or the last one. */
  #link: Link;
  /** Set during a pause. */
  #timer: Timer | undefined;
  #isDisposed = false;

  private constructor(
    { dialer, world, closed }: LinkingSystem,
    contact: string,
    link: Link,
  ) {
    this.#dialer = dialer;
    this.#world = world;
    this.#contact = contact;
    this.#link = link;
    void closed.promise.then(() => this.#timer?.cancel());
    this.#keep(link);
  }

  /** Makes the link; rejects when that fails the first time. */
  static async open(system: LinkingSystem, contact: string, options: DialOptions): Promise<KeptLink> {
    return new KeptLink(system, contact, await system.dialer.dial(contact, "", options));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.cancel();
    void this.#link.close();
  }

  get #isOver(): boolean {
    return this.#isDisposed || this.#dialer.isClosed;
  }

  #keep(link: Link): void {
    this.#link = link;
    void link.ended.then(() => this.#again(BACKOFF_MS_MIN));
  }

  #again(backoffMs: number): void {
    if (this.#isOver) return;
    const { clock, random } = this.#world;
    this.#timer = clock.after(backoffMs * (0.5 + random.next() / 2), () => {
      if (this.#isOver) return;
      this.#dialer.dial(this.#contact, "").then(
        (link) => this.#isOver ? void link.close() : this.#keep(link),
        // Whatever the reason is, it may pass: the other side may be started again with what we need.
        () => this.#again(Math.min(2 * backoffMs, BACKOFF_MS_MAX)),
      );
    });
  }
}
