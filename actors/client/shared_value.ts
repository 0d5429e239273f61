/** How queues, variables, locks and their like travel inside values: by name, to whoever reads them. @module */
import { describe, troupeError } from "../base/errors.ts";
import { LoadingError } from "../code/loading.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { SharedThing, type SharingSession } from "./shared_thing.ts";

/** The tag of shared things among special values; the payload is `[class, names, setting, address of the scheduler]`. */
export const SHARED_TAG = "shared";

/** Where a shared thing leaves: a session, or a place that only wants to know what would travel. */
interface SharedPlace {
  readonly address: string;
}

/** A shared thing as a special value; undefined for any other value. Throws `future/foreign`. */
export function writeShared(value: unknown, place: SharedPlace, action: string): SpecialValue | undefined {
  const thing = SharedThing.of(value);
  if (thing === undefined) return undefined;
  if (isSession(place)) thing.bind(place, action);
  const { names, setting } = thing.form;
  return { tag: SHARED_TAG, payload: [Reflect.get(Object(value), Symbol.toStringTag), names, setting, place.address] };
}

/** A shared thing that arrived in a session. Throws `future/foreign` and `wire/malformed`. */
export function readShared(payload: unknown, place: SharedPlace): object {
  const [type, names, setting, address]: unknown[] = Array.isArray(payload) ? payload : [];
  const isWhole = Array.isArray(names) && names.every((name) => typeof name === "string");
  const hasSetting = setting === undefined || typeof setting === "number";
  if (typeof type !== "string" || !isWhole || !hasSetting || typeof address !== "string") throw malformed(payload);
  if (address !== place.address && address !== "" && place.address !== "") {
    const message = `Cannot read ${type}: it belongs to ${describe(address)}, not to ${describe(place.address)}`;
    throw troupeError("future/foreign", message, { details: { there: address, here: place.address } });
  }
  const make = SharedThing.makerOf(type);
  if (make === undefined) return load(type, payload);
  const object = make(names, setting);
  if (isSession(place)) SharedThing.of(object)?.bind(place, `read ${type}`);
  return object;
}

/** Few tasks share things: their classes are loaded where the first one arrives. */
function load(type: string, payload: unknown): never {
  throw new LoadingError(
    import("./shared_classes.ts").then(({ SHARED_CLASSES }) => {
      if (!SHARED_CLASSES.some(({ name }) => name === type)) throw malformed(payload);
    }),
  );
}

function isSession(place: SharedPlace): place is SharingSession {
  return "desk" in place;
}

function malformed(payload: unknown): Error {
  return troupeError("wire/malformed", `Cannot read shared thing: its payload is ${describe(payload)}`);
}
