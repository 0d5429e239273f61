/** Classes of actors on their way to another thread, process or system: they travel as functions do. @module */
import { describe, troupeError } from "../base/errors.ts";
import { Capturer } from "../code/capture.ts";
import { type AnyFunction, isFunction } from "../code/captured_function.ts";
import { FUNCTION_TAG, readFunction, writeFunction } from "../code/function_value.ts";
import { whenLoaded } from "../code/loading.ts";
import { Reviver } from "../code/revive.ts";
import type { Packed } from "../protocol/packed.ts";
import { packValue, unpackValue } from "../wire/value_codec.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import type { ActorClass } from "./actor_ref.ts";
import type { ValueHooks } from "./call_conversation.ts";

/** Takes classes along, and makes them again. */
export class ClassCarrier {
  readonly #library: Readonly<Record<string, unknown>>;
  /** How refs travel, which a class may capture. */
  readonly #hooks: ValueHooks;
  /** For threads and child processes, which import what this program imports. */
  #near: Capturer | undefined;
  /** For systems that may be anywhere: modules of the program travel along. */
  #far: Capturer | undefined;
  #reviver: Reviver | undefined;

  /**
   * Makes one. Costs nothing until the first class.
   *
   * @param library Troupe's own exports by name that classes of actors use: `Actor`.
   */
  constructor(library: Readonly<Record<string, unknown>>, hooks: ValueHooks) {
    this.#library = library;
    this.#hooks = hooks;
  }

  /**
   * A class as it travels.
   *
   * @param place Where to, for messages: `"a thread"`.
   * @param isNear Whether it can import what this program imports.
   * @throws {TroupeError} `task/not-serializable` when it uses something that cannot travel, with the path to it.
   */
  async pack(type: ActorClass, place: string, isNear: boolean): Promise<Packed> {
    const capturer = isNear ? this.#near ??= new Capturer(this.#library) : this.#far ??= this.#shipping();
    await capturer.prepare();
    const action = `spawn ${type.name || "an actor"} on ${place}`;
    const special = {
      write: (value: object | symbol): SpecialValue | undefined =>
        isFunction(value) ? writeFunction(capturer.captureValue(value, action, special)) : this.#hooks.write(value),
    };
    return packValue(type, { besideBytesMin: this.#hooks.besideBytesMin, special });
  }

  /** The class, when all modules that it needs are imported. */
  async unpack(packed: Packed): Promise<AnyFunction> {
    const reviver = this.#reviver ??= new Reviver({ library: this.#library, loadLibrary });
    const special = {
      read: (tag: string, payload: unknown): unknown =>
        tag === FUNCTION_TAG ? readFunction(payload, reviver, special) : this.#hooks.read(tag, payload),
    };
    const type = await whenLoaded(() => unpackValue(packed, { special }));
    if (isFunction(type)) return type;
    throw troupeError("wire/malformed", `Cannot spawn actor: ${describe(type)} is no class`);
  }

  #shipping(): Capturer {
    const capturer = new Capturer(this.#library);
    capturer.shipModules();
    return capturer;
  }
}

/** All of Troupe, for classes that use more of it than `Actor`. By URL: few do, and every host would load it. */
async function loadLibrary(): Promise<Readonly<Record<string, unknown>>> {
  return { ...await import(import.meta.resolve("../../mod.ts")) };
}
