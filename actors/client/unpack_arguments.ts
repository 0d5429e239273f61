/** Arguments of tasks, where the task runs. Apart from how they are packed: an executor reads them before it packs any. @module */
import { describe, troupeError } from "../base/errors.ts";
import { isHole, type PackedArg } from "../protocol/packed.ts";
import { unpackValue } from "../wire/value_codec.ts";

/** The tag of a dependency inside an argument; its payload is its index in `deps`. */
export const INPUT_TAG = "input";

/**
 * The arguments of a call.
 *
 * @param args As they came.
 * @param input Gives the value of a dependency, by its index in `deps`.
 * @param readSpecial Reads all other special values, futures among them.
 */
export function unpackArguments(
  args: readonly PackedArg[],
  input: (index: number) => unknown,
  readSpecial: (tag: string, payload: unknown) => unknown,
): unknown[] {
  const special = {
    read(tag: string, payload: unknown): unknown {
      if (tag !== INPUT_TAG) return readSpecial(tag, payload);
      if (typeof payload === "number") return input(payload);
      throw troupeError("wire/malformed", `Cannot read argument: input has the index ${describe(payload)}`);
    },
  };
  return args.map((arg) => {
    if (isHole(arg)) return input(arg[0]);
    return typeof arg === "object" && arg !== null ? unpackValue(arg, { special }) : arg;
  });
}
