import { describe, troupeError } from "../base/errors.ts";
import { isPlainPrototype, writerOf } from "../wire/object_writers.ts";

/** A class whose instances travel. */
export type CodecClass = abstract new (...args: never[]) => unknown;

/** How instances of one class travel. */
export interface InstanceCodec {
  /** Names it in messages; one class per name. */
  readonly name: string;
  /** The class; undefined on the receiving side when it did not travel. */
  readonly type: CodecClass | undefined;
  /** Makes something of an instance that travels: data, or instances of other classes with codecs. */
  readonly encode: (value: never) => unknown;
  /** Makes an instance of that. */
  readonly decode: (encoded: never) => unknown;
}

/** The codecs of one thread. */
export class CodecRegistry {
  /** By prototype of their instances. */
  readonly #byPrototype = new Map<object, InstanceCodec>();
  readonly #byName = new Map<string, InstanceCodec>();

  /**
   * Takes a codec in.
   *
   * @throws {TroupeError} `input/invalid` for what is no class or no codec, for a name that another class has, for a class
   * that has a codec of another name, and for a class that travels by itself.
   */
  add(type: unknown, codec: unknown): void {
    const prototype = prototypeOf(type);
    const { name, encode, decode } = partsOf(codec, classNameOf(type));
    const action = `register codec ${describe(name)}`;
    if (isPlainPrototype(prototype) || writerOf(prototype, prototype) !== undefined) {
      throw invalid(action, `class ${classNameOf(type)} travels by itself`);
    }
    const namesake = this.#byName.get(name);
    if (namesake !== undefined && namesake.type !== type) {
      throw invalid(action, `class ${classNameOf(namesake.type)} has this name already`, "Choose another name");
    }
    const known = this.#byPrototype.get(prototype);
    if (known !== undefined && known.name !== name) {
      throw invalid(
        action,
        `class ${classNameOf(type)} has a codec already, ${describe(known.name)}`,
        "Register it once",
      );
    }
    const added: InstanceCodec = { name, type: type as CodecClass, encode, decode };
    this.#byPrototype.set(prototype, added);
    this.#byName.set(name, added);
  }

  /** The codec of this name. */
  named(name: string): InstanceCodec | undefined {
    return this.#byName.get(name);
  }

  /** The codec of a class, by the prototype of its instances: its own, not one that it inherits. */
  of(prototype: object): InstanceCodec | undefined {
    return this.#byPrototype.get(prototype);
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }
}

/** The name of a class, for messages. */
export function classNameOf(type: unknown): string {
  return typeof type === "function" && typeof type.name === "string" && type.name !== "" ? type.name : "(unnamed)";
}

function prototypeOf(type: unknown): object {
  const prototype: unknown = typeof type === "function" ? type.prototype : undefined;
  if (typeof prototype === "object" && prototype !== null) return prototype;
  throw invalid("register codec", `${describe(type)} is not a class`);
}

function partsOf(codec: unknown, className: string): Pick<InstanceCodec, "name" | "encode" | "decode"> {
  const action = `register codec for class ${className}`;
  if (typeof codec !== "object" || codec === null) throw invalid(action, `${describe(codec)} is no codec`);
  const { name, encode, decode } = codec as Partial<InstanceCodec>;
  if (typeof name !== "string" || name === "") throw invalid(action, `its name is ${describe(name)}`, "Give it a text");
  for (const [key, fn] of Object.entries({ encode, decode })) {
    if (typeof fn !== "function") throw invalid(action, `its ${key} is ${describe(fn)}`, "Give a function");
  }
  return { name, encode, decode } as InstanceCodec;
}

function invalid(action: string, what: string, hint?: string): Error {
  return troupeError("input/invalid", `Cannot ${action}: ${what}`, { hint });
}
