/** The places in which every actor behaves the same. @module */
import { type Actor, type ActorRef, ActorSystem, type DeadLetter, type SpawnArgs } from "@troupe/troupe";
import { testCertificates } from "../../support/links.ts";

/** Where an actor can live, as this suite calls it; the last three are other systems, by socket. */
export const PLACES = ["here", "thread", "process", "tcp", "unix", "tls"] as const;

/** A place of an actor. */
export type Place = typeof PLACES[number];

/** How long a test waits for something that should be there in no time. */
const PATIENCE_MS = 20_000;

/** A system whose actors live in one place. */
export class Stage implements AsyncDisposable {
  /** Where its actors live. */
  readonly place: Place;
  /** Who spawns. */
  readonly system: ActorSystem;
  /** Messages that found nobody, at either end. */
  readonly letters: DeadLetter[] = [];
  /** The value of `on`. */
  readonly on: "here" | "thread" | "process" | `tcp://${string}`;
  /** Where the actors live when that is another system of this process; else the one that spawns. */
  readonly home: ActorSystem;
  readonly #folder: string | undefined;

  private constructor(place: Place, system: ActorSystem, home: ActorSystem, folder: string | undefined) {
    this.place = place;
    this.system = system;
    this.home = home;
    this.#folder = folder;
    this.on = system === home ? place as "here" : home.address as "tcp://";
    for (const one of new Set([system, home])) one.onDeadLetter((letter) => this.letters.push(letter));
  }

  /** Opens a system, and another one where actors live by socket. */
  static async open(place: Place): Promise<Stage> {
    const { authority, cert, key } = testCertificates();
    const tls = { caCerts: [authority] };
    const system = await ActorSystem.start({ listen: "tcp://127.0.0.1:0", tls });
    if (place === "here" || place === "thread" || place === "process") {
      return new Stage(place, system, system, undefined);
    }
    const folder = place === "unix" ? await Deno.makeTempDir() : undefined;
    const listen = place === "unix" ? `unix:${folder}/socket` : `${place}://127.0.0.1:0`;
    const home = await ActorSystem.start({ listen, tls: { ...tls, cert, key } });
    return new Stage(place, system, home, folder);
  }

  /** Starts an actor there. */
  async spawn<A extends Actor, P extends readonly unknown[]>(
    type: new (...args: P) => A,
    ...options: SpawnArgs<P>
  ): Promise<ActorRef<A>> {
    return await this.system.spawn(type, ...[{ ...options[0], on: this.on }] as unknown as SpawnArgs<P>);
  }

  /** Waits until a condition holds; throws when that takes suspiciously long. */
  async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    for (const untilMs = performance.now() + PATIENCE_MS; !await isTrue();) {
      if (performance.now() > untilMs) throw new Error(`In vain waited for ${isTrue}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system.close();
    await this.home.close();
    if (this.#folder !== undefined) await Deno.remove(this.#folder, { recursive: true });
  }
}

/** One thing that holds in all places. */
export interface Trait {
  /** What holds, in one line. */
  readonly name: string;
  /** Shows it, or throws. */
  readonly show: (stage: Stage) => Promise<void>;
  /** Where it does not apply, and why: a reason is owed. */
  readonly except?: Partial<Record<Place, string>>;
}
