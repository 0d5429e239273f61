/** Names of calls that no client has submitted yet. @module */
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { Capturer } from "../code/capture.ts";
import { ArgumentPacker, type PackingPlace, ResultLink } from "./arguments.ts";
import { argumentsWith, type CallNode, inputsFirst } from "./call_node.ts";
import { CodecValues } from "./codec_values.ts";
import { ownLibrary } from "./defaults.ts";
import { type SpecialOrigin, writeSpecial } from "./special_values.ts";
import { CallHasher } from "./task_key.ts";

/** Names calls as a client would that submitted them. */
export class CallKeys {
  readonly #packer: ArgumentPacker;
  readonly #hasher = new CallHasher();
  /** One per named call. */
  readonly #links = new WeakMap<CallNode, ResultLink>();

  /** Names nothing yet. */
  constructor() {
    const world = { capturer: new Capturer(ownLibrary()) };
    const write = (value: object | symbol, action: string) => writeSpecial(value, origin, action);
    const origin: SpecialOrigin = { address: "", client: undefined, world, codecs: new CodecValues({ world, write }) };
    const place: PackingPlace = { ...origin, write };
    this.#packer = new ArgumentPacker(place, DEFAULT_LIMITS.besideBytesMin);
  }

  /** The key of a pure call; throws `task/not-serializable`. */
  keyOf(call: CallNode): string {
    for (const node of inputsFirst([call], (node) => this.#links.has(node))) {
      const captured = this.#packer.capture(node.fn, "name delayed call");
      const packed = this.#packer.pack(argumentsWith(node, (input) => this.#links.get(input)), captured);
      const hash = this.#hasher.hash(captured.hash, packed.args, packed.deps);
      this.#links.set(node, new ResultLink(`${captured.name}-${hash}`));
    }
    return this.#links.get(call)!.key; // it is among those just named, or was named before
  }
}
