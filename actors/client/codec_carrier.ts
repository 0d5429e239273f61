/** A codec as a function, which is what travels: class, `encode` and `decode` see one another there as they do here. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { AnyFunction } from "../code/captured_function.ts";
import { rememberRevived } from "../code/revived_functions.ts";
import type { InstanceCodec } from "./codec_registry.ts";

const TEXT = "() => codec";

/** What a codec is called where functions have names. */
export function carrierName(codec: string): string {
  return `codec ${codec}`;
}

/** A function that gives the codec, and is captured as if it had been written next to it. */
export function carrierOf({ name, type, encode, decode }: InstanceCodec): AnyFunction {
  // Static methods travel with their class, for their text may need its private names.
  const codec = { name, type, encode: staticName(type, encode) ?? encode, decode: staticName(type, decode) ?? decode };
  const carrier = () => codec;
  Object.defineProperty(carrier, "name", { value: carrierName(name) });
  rememberRevived(carrier, {
    captured: undefined,
    view: {
      kind: "source",
      name: carrierName(name),
      text: TEXT,
      original: TEXT,
      variables: [{ name: "codec", kind: "value", value: codec }],
      written: [],
      metaUrl: "",
      properties: undefined,
      isStable: true,
    },
  });
  return carrier;
}

/**
 * The codec that a revived carrier gives.
 *
 * @throws {TroupeError} `wire/malformed` when it gives something else.
 */
export function openCarrier(carrier: AnyFunction): InstanceCodec {
  const given: unknown = Reflect.apply(carrier, undefined, []);
  const { name, type, encode, decode } = given as InstanceCodec;
  const codec: InstanceCodec = { name, type, encode: member(type, encode), decode: member(type, decode) };
  if (typeof codec.encode === "function" && typeof codec.decode === "function") return codec;
  throw troupeError("wire/malformed", `Cannot read codec: it is ${describe(given)}`);
}

function staticName(type: unknown, fn: unknown): string | undefined {
  if (typeof type !== "function") return undefined;
  return Object.getOwnPropertyNames(type).find((key) =>
    key !== "prototype" && Object.getOwnPropertyDescriptor(type, key)?.value === fn
  );
}

function member<F>(type: unknown, fn: F | string): F {
  return typeof fn === "string" && typeof type === "function" ? Reflect.get(type, fn) : fn as F;
}
