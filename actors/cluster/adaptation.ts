/** Lets the load choose the number of workers. @module */
import { unreachable } from "../base/assert.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { asError } from "../base/errors.ts";
import type { AdaptOptions } from "../client/cluster_handle.ts";
import { adapt, type AdaptationEffect, type AdaptationState } from "./adaptation_plan.ts";
import type { Crew } from "./crew.ts";
import type { ClusterLoad } from "./load.ts";
import { checkDurationMs, checkOptionNames, checkWhole } from "./option_checks.ts";

/** Options of {@linkcode Adaptation}. */
export interface AdaptationOptions {
  /** Time. */
  readonly clock: Clock;
  /** The workers. */
  readonly crew: Pick<Crew, "names" | "resize" | "dismiss">;
  /** Executors of each worker. */
  readonly threadsPerWorker: number;
  /** Asks for the load. */
  readonly read: () => Promise<ClusterLoad>;
  /** Hears of a failure, once in a row; it goes on anyway. */
  readonly onFailure: (line: string) => void;
}

const ACTION = "adapt cluster";
const NAMES: ReadonlySet<string> = new Set(["minimum", "maximum", "intervalMs"]);
const INTERVAL_MS = 1_000;

/** Looks at the load again and again, until it is ended. One decision at a time; a failure ends nothing. */
export class Adaptation {
  readonly #options: AdaptationOptions;
  readonly #intervalMs: number;
  #state: AdaptationState;
  /** Rings for the next look; undefined during one and at the end. */
  #timer: Timer | undefined;
  /** The failure told last; cleared by success. */
  #lastFailure = "";
  #isEnded = false;

  /** Checks the wish of the user; throws `input/invalid`. Nothing happens before `begin`. */
  constructor(options: AdaptationOptions, wish: AdaptOptions) {
    checkOptionNames(ACTION, wish, NAMES);
    const minimum = checkWhole(ACTION, "minimum", wish.minimum ?? 0, 0);
    this.#options = options;
    this.#intervalMs = checkDurationMs(ACTION, "intervalMs", wish.intervalMs) ?? INTERVAL_MS;
    this.#state = {
      minimum,
      maximum: checkWhole(ACTION, "maximum", wish.maximum, Math.max(1, minimum)),
      threadsPerWorker: options.threadsPerWorker,
      shrinkCount: 0,
    };
  }

  /** Looks for the first time; resolves when what that asked for is done. Never rejects. */
  async begin(): Promise<void> {
    await this.#look();
  }

  /** Decides nothing more. */
  end(): void {
    this.#isEnded = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    try {
      await this.#adapt();
      this.#lastFailure = "";
    } catch (error) {
      this.#failed(asError(error));
    }
    if (!this.#isEnded) this.#timer = this.#options.clock.after(this.#intervalMs, () => void this.#look());
  }

  async #adapt(): Promise<void> {
    const load = await this.#options.read();
    if (this.#isEnded) return;
    const [state, effect] = adapt(this.#state, load, this.#options.crew.names);
    this.#state = state;
    if (effect !== undefined) await this.#do(effect);
  }

  #do(effect: AdaptationEffect): Promise<void> {
    switch (effect.type) {
      case "grow":
        return this.#options.crew.resize(effect.workers);
      case "dismiss":
        return this.#options.crew.dismiss(effect.names);
      default:
        return unreachable(effect);
    }
  }

  #failed({ message }: Error): void {
    if (this.#isEnded || message === this.#lastFailure) return;
    this.#lastFailure = message;
    this.#options.onFailure(`Cannot adapt cluster, will try again: ${message}`);
  }
}
