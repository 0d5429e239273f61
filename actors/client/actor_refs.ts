/** Refs of users' actors in tasks: as arguments, in data, captured, as results. @module */
import { parseActorAddress, publicAddress } from "../actor/actor_address.ts";
import { ACTOR_REF_TAG, ActorHandle } from "../actor/actor_ref.ts";
import type { ActorStage } from "../actor/actor_stage.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { describe, troupeError } from "../base/errors.ts";
import { LoadingError } from "../code/loading.ts";
import type { SpecialValue } from "../wire/value_writer.ts";

type ActorSystemModule = typeof import("../actor/actor_system.ts");

/** A ref as a special value; undefined for anything else. */
export function writeActorRef(value: object | symbol, action: string): SpecialValue | undefined {
  const address = typeof value === "object" ? ActorHandle.fullAddressOf(value) : undefined;
  if (address === undefined) return undefined;
  if (parseActorAddress(address).contact !== "") return { tag: ACTOR_REF_TAG, payload: address };
  const what = `Cannot ${action}: actor ${describe(publicAddress(address))} lives in a system that does not listen`;
  throw troupeError("task/not-serializable", what, {
    hint: 'Start its system with an address: ActorSystem.start({ listen: "tcp://127.0.0.1:0" })',
    details: { address },
  });
}

/** Makes refs from what arrived, for one system. */
export class ActorRefReader {
  readonly #core: SystemCore;
  /** Set once refs were met: few tasks use any. */
  #stage: ActorStage | undefined;

  /** Refs whose messages leave through this system. */
  constructor(core: SystemCore) {
    this.#core = core;
  }

  /**
   * A ref that arrived.
   *
   * @throws {LoadingError} When actors must be loaded first: then read the value again.
   * @throws {TroupeError} `wire/malformed` for what is no ref.
   */
  read(payload: unknown): object {
    if (typeof payload !== "string") {
      throw troupeError("wire/malformed", `Cannot read actor ref: its payload is ${describe(payload)}`);
    }
    if (this.#stage === undefined) throw new LoadingError(this.#load());
    return this.#stage.refTo(parseActorAddress(payload));
  }

  async #load(): Promise<void> {
    const { openActorSystem }: ActorSystemModule = await import(import.meta.resolve("../actor/actor_system.ts"));
    this.#stage ??= openActorSystem(this.#core, {}).stage;
  }
}
