/** Instances of registered classes, and these classes, on their way: with all that it takes to make them again. @module */
import { asError, describe, TroupeError, troupeError } from "../base/errors.ts";
import type { Capturer } from "../code/capture.ts";
import type { CapturedFunction } from "../code/captured_function.ts";
import { LoadingError } from "../code/loading.ts";
import type { Reviver } from "../code/revive.ts";
import type { Packed } from "../protocol/packed.ts";
import { RefusedValue } from "../wire/value_refusal.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { classNameOf, type CodecClass, type InstanceCodec } from "./codec_registry.ts";
import { instanceCodecs } from "./defaults.ts";
import { carrierName, carrierOf, openCarrier } from "./codec_carrier.ts";
import { programStack } from "./program_frames.ts";
import { CallHasher } from "./task_key.ts";

/** The tag of an instance; its payload is `[record, what encode made, stack of an error]`. */
export const INSTANCE_TAG = "instance";
/** The tag of a class with a codec; its payload is the record. */
export const CLASS_TAG = "class";

/** A codec as it travels. One object per codec: within a value it is written once. */
interface CodecRecord {
  readonly name: string;
  /** Hash of code and environment. */
  readonly id: string;
  readonly hash: string;
  readonly code: CapturedFunction["code"];
  readonly environment: Packed;
}

/** What writing with codecs needs of the place that values leave. */
export interface CodecOrigin {
  /** Takes functions. */
  readonly world: { readonly capturer: Capturer };
  /** Writes other special values. */
  write(value: object | symbol, action: string): SpecialValue | undefined;
}

/** What reading with codecs needs of the place where values arrive. */
export interface CodecDestination {
  /** Makes functions again. */
  readonly world: { readonly reviver: Reviver };
  /** Reads other special values. */
  read(tag: string, payload: unknown): unknown;
}

/** The codecs that one session writes and reads with: those of its thread, and those that came with values. */
export class CodecValues {
  readonly #origin: CodecOrigin;
  readonly #destination: CodecDestination | undefined;
  /** Those that came, by prototype of their instances. */
  readonly #learned = new Map<object, InstanceCodec>();
  /** Those that came, by code and environment. */
  readonly #revived = new Map<string, InstanceCodec>();
  readonly #records = new Map<InstanceCodec, CodecRecord>();
  /** Classes whose codecs are being captured: they go along as what they are. */
  readonly #capturing = new Set<CodecClass>();
  /** Prototypes of subclasses that come back as what they were. */
  readonly #faithful = new WeakSet<object>();

  /** Knows no codec but those of the thread. Without a destination it only writes. */
  constructor(origin: CodecOrigin, destination?: CodecDestination) {
    this.#origin = origin;
    this.#destination = destination;
  }

  /** Whether a function is a class whose codec travels in its place, so that instances have one class wherever they are. */
  owns(fn: object): boolean {
    if (this.#learned.size === 0 && instanceCodecs().isEmpty) return false;
    const prototype: unknown = Reflect.get(fn, "prototype");
    if (typeof prototype !== "object" || prototype === null) return false;
    const type = this.#codecOf(prototype)?.type;
    return type === fn && !this.#capturing.has(type);
  }

  /** An instance, or a class, as a special value; undefined for those without a codec. */
  write(value: object, action: string): SpecialValue | undefined {
    if (this.#learned.size === 0 && instanceCodecs().isEmpty) return undefined;
    if (typeof value === "function") {
      const codec = this.owns(value) ? this.#codecOf(Reflect.get(value, "prototype")) : undefined;
      return codec && { tag: CLASS_TAG, payload: this.#recordOf(codec, action) };
    }
    for (let at: unknown = Object.getPrototypeOf(value); isObject(at); at = Object.getPrototypeOf(at)) {
      const codec = this.#codecOf(at);
      if (codec !== undefined) return this.#writeInstance(value, codec, action);
    }
    return undefined;
  }

  /** An instance that arrived. */
  readInstance(payload: unknown): unknown {
    const [record, encoded, stack]: unknown[] = Array.isArray(payload) ? payload : [];
    const codec = this.#codecFor(record);
    const value: unknown = Reflect.apply(codec.decode, codec.type, [encoded]);
    const prototype: unknown = isObject(value) ? Object.getPrototypeOf(value) : undefined;
    if (isObject(prototype) && this.#codecOf(prototype) === undefined) this.#learned.set(prototype, codec);
    if (value instanceof Error && typeof stack === "string") {
      Object.defineProperty(value, "stack", { value: stack, configurable: true, writable: true, enumerable: false });
    }
    return value;
  }

  /** A class that arrived. */
  readClass(payload: unknown): unknown {
    return this.#codecFor(payload).type;
  }

  #codecOf(prototype: object): InstanceCodec | undefined {
    return instanceCodecs().of(prototype) ?? this.#learned.get(prototype);
  }

  #writeInstance(value: object, codec: InstanceCodec, action: string): SpecialValue {
    const record = this.#recordOf(codec, action);
    const encoded = encode(value, codec);
    const prototype: object = Object.getPrototypeOf(value);
    if (codec.type?.prototype !== prototype && !this.#faithful.has(prototype)) {
      const back: unknown = Reflect.apply(codec.decode, codec.type, [encoded]);
      if (!isObject(back) || Object.getPrototypeOf(back) !== prototype) throw unfaithful(value, codec);
      this.#faithful.add(prototype);
    }
    const stack = value instanceof Error ? value.stack : undefined;
    const payload = stack === undefined ? [record, encoded] : [record, encoded, programStack(stack)];
    return { tag: INSTANCE_TAG, payload };
  }

  #recordOf(codec: InstanceCodec, action: string): CodecRecord {
    const known = this.#records.get(codec);
    if (known !== undefined) return known;
    const { type } = codec;
    if (type !== undefined) this.#capturing.add(type);
    try {
      const { hash, code, environment } = this.#origin.world.capturer.captureValue(carrierOf(codec), action, {
        write: (value) => this.#origin.write(value, action),
        owns: (fn) => this.owns(fn),
      });
      const id = new CallHasher().hash(hash, [environment], []);
      const record = { name: codec.name, id, hash, code, environment };
      this.#records.set(codec, record);
      return record;
    } finally {
      if (type !== undefined) this.#capturing.delete(type);
    }
  }

  /** The codec of a record: the thread's own if it is the same, else the one that came. */
  #codecFor(record: unknown): InstanceCodec {
    if (!isRecord(record)) {
      throw troupeError("wire/malformed", `Cannot read instance: its codec is ${describe(record)}`);
    }
    const { name, id, hash, code, environment } = record;
    const own = instanceCodecs().named(name);
    if (own !== undefined && this.#ownHash(own) === hash) return own;
    const known = this.#revived.get(id);
    if (known !== undefined) return known;
    const there = this.#destination;
    if (there === undefined) throw troupeError("wire/malformed", "Cannot read instance: values only leave here");
    const revived = there.world.reviver.revive(code, hash, carrierName(name));
    if (revived instanceof Promise) throw new LoadingError(revived);
    const codec = openCarrier(revived.make(environment, there));
    this.#revived.set(id, codec);
    this.#records.set(codec, record);
    if (codec.type !== undefined) this.#learned.set(codec.type.prototype, codec);
    return codec;
  }

  #ownHash(own: InstanceCodec): string | undefined {
    try {
      return this.#recordOf(own, "read instance").hash;
    } catch (error) {
      if (TroupeError.is(error, "task/not-serializable")) return undefined; // it never came from here
      throw error;
    }
  }
}

function encode(value: object, codec: InstanceCodec): unknown {
  try {
    const encoded: unknown = Reflect.apply(codec.encode, codec.type, [value]);
    return encoded;
  } catch (thrown) {
    const cause = asError(thrown);
    const what =
      `is an instance of class ${instanceClass(value)}, which codec ${describe(codec.name)} cannot encode: ` +
      cause.message;
    throw new RefusedValue({ what, hint: "Mend `encode`, or leave the instance out" }, cause);
  }
}

function unfaithful(value: object, { name }: InstanceCodec): Error {
  const className = instanceClass(value);
  return new RefusedValue({
    what: `is an instance of class ${className}, which comes back from codec ${describe(name)} as something else`,
    hint: `Register a codec for class ${className} itself`,
  });
}

function instanceClass(value: object): string {
  return classNameOf(Reflect.get(Object.getPrototypeOf(value), "constructor"));
}

function isRecord(value: unknown): value is CodecRecord {
  if (!isObject(value)) return false;
  const { name, id, hash, code, environment }: Partial<Record<string, unknown>> = { ...value };
  return typeof name === "string" && typeof id === "string" && typeof hash === "string" && isPacked(code) &&
    isPacked(environment);
}

function isPacked(value: unknown): value is Packed {
  if (value === undefined || value instanceof Uint8Array) return true;
  return Array.isArray(value) && value.every((part) => part instanceof Uint8Array);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
