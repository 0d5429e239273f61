import { describe, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import { unpackValue } from "../wire/value_codec.ts";
import { type AnyFunction, type CapturedFunction, isFunction } from "./captured_function.ts";
import { partName } from "./code_frames.ts";
import { PART_TAG } from "./code_names.ts";
import type { BoundPart, CodePart, LeafPart, SourcePart } from "./function_code.ts";
import type { CapturedVariable, FunctionView } from "./function_view.ts";
import type { ModuleLoader } from "./module_loader.ts";
import type { RevivedCode, SpecialReader } from "./revived_code.ts";
import { rememberRevived, type RevivedFunction } from "./revived_functions.ts";
import { type MadeSource, SourceFactory } from "./source_factory.ts";

/** Makes a function with all that it reaches, as often as needed: each time with variables of its own. */
export class GroupFactory implements RevivedCode {
  /** What travelled, without the values of a call. */
  readonly captured: CapturedFunction;
  /** Compiled parts, and the others as they came. */
  readonly parts: readonly (SourceFactory | BoundPart | LeafPart)[];
  /** How many values an environment has. */
  readonly slotCount: number;
  /** Where parts by reference come from; all that these need is loaded. */
  readonly modules: ModuleLoader;
  /** The one function of code without state: every call has the same. */
  readonly #single: AnyFunction | undefined;

  constructor(captured: CapturedFunction, parts: readonly CodePart[], slotCount: number, modules: ModuleLoader) {
    this.captured = captured;
    this.slotCount = slotCount;
    this.modules = modules;
    this.parts = parts.map((part, index) =>
      part.kind === "source" ? new SourceFactory(part, partName(captured.hash, index)) : part
    );
    const hasState = slotCount > 0 || this.parts.some((part) => part instanceof SourceFactory && part.isClass);
    this.#single = hasState ? undefined : new GroupInstance(this, undefined, undefined).root;
  }

  get hasEnvironment(): boolean {
    return this.slotCount > 0;
  }

  make(environment: Packed, special: SpecialReader): AnyFunction {
    return this.#single ?? new GroupInstance(this, environment, special).root;
  }
}

/** Stands for a part while it is being made. */
const OPEN = Symbol("open");

/** A function that was made here. Few are asked for more: what it takes is found out then. */
class RevivedPart implements RevivedFunction {
  readonly #instance: GroupInstance;
  readonly #part: SourceFactory | BoundPart;
  readonly #index: number;

  constructor(instance: GroupInstance, part: SourceFactory | BoundPart, index: number) {
    this.#instance = instance;
    this.#part = part;
    this.#index = index;
  }

  get captured(): CapturedFunction | undefined {
    return this.#instance.capturedOf(this.#index);
  }

  get view(): FunctionView {
    return this.#instance.viewOf(this.#part);
  }
}

/** The functions of one group, with one set of variables. */
class GroupInstance {
  readonly #factory: GroupFactory;
  readonly #environment: Packed;
  /** Functions by part; undefined before they are made, `OPEN` while they are: classes may need each other. */
  readonly #functions: unknown[];
  /** Those that need values. */
  readonly #made: (MadeSource | undefined)[];
  /** The values of the variables; empty before they are decoded. */
  #slots: readonly unknown[] = [];
  /** Whether the values hold anything that its session must hear of when the function travels on. */
  #hasSpecials = false;

  constructor(factory: GroupFactory, environment: Packed, special: SpecialReader | undefined) {
    this.#factory = factory;
    this.#environment = environment;
    this.#functions = new Array(factory.parts.length);
    this.#made = factory.parts.map((part) => part instanceof SourceFactory ? part.begin() : undefined);
    // Functions first: making them runs no code, and everything else may lead to them.
    factory.parts.forEach((part, index) => {
      if (part instanceof SourceFactory && !part.isClass) this.#function(index);
    });
    if (factory.slotCount > 0) this.#slots = this.#decode(special);
    factory.parts.forEach((_, index) => this.#function(index));
    factory.parts.forEach((part, index) => this.#finish(part, index));
  }

  /** The function itself. */
  get root(): AnyFunction {
    const root = this.#functions[0];
    if (isFunction(root)) return root;
    const { captured, parts: [part] } = this.#factory;
    const isExport = part !== undefined && !(part instanceof SourceFactory) && part.kind === "module";
    const what = isExport ? `export ${describe(part.name)} of module ${describe(part.url)}` : "it";
    throw troupeError("input/invalid", `Cannot load task ${describe(captured.name)}: ${what} is not a function`, {
      hint: "Submit a function that uses it",
      details: isExport ? { url: part.url, name: part.name } : undefined,
    });
  }

  #decode(special: SpecialReader | undefined): readonly unknown[] {
    const values = unpackValue(this.#environment, {
      special: {
        read: (tag, payload) => {
          if (tag === PART_TAG && typeof payload === "number") return this.#function(payload);
          this.#hasSpecials = true;
          return special?.read(tag, payload);
        },
      },
    });
    if (Array.isArray(values) && values.length === this.#factory.slotCount) return values;
    throw troupeError("wire/malformed", `Cannot read function: its environment is ${describe(values)}`);
  }

  /** A part, made now if it is not there yet; undefined for a class that is being made. */
  #function(index: number): unknown {
    const known = this.#functions[index];
    const part = this.#factory.parts[index];
    if (known === OPEN) return undefined;
    if (known !== undefined || part === undefined) return known;
    this.#functions[index] = OPEN;
    if (part instanceof SourceFactory) {
      const made = this.#made[index]!;
      // What a class needs while it is made must be there before.
      if (part.isClass) made.bind(this.#values(part.part));
      this.#functions[index] = made.make();
    } else if (part.kind === "bound") this.#functions[index] = this.#bound(part);
    else this.#functions[index] = this.#factory.modules.valueOf(part, this.#factory.captured.name);
    return this.#functions[index];
  }

  #values({ uses }: SourcePart): unknown[] {
    return uses.map(([, what, index]) => what === "part" ? this.#function(index) : this.#slots[index]);
  }

  /** Reads what it is bound to when it is called: it may be met before that is decoded. */
  #bound({ target, slot }: BoundPart): AnyFunction {
    const instance = (): { fn: AnyFunction; self: unknown; args: unknown[] } => {
      const fn = this.#function(target);
      const [self, args] = this.#slots[slot] as [unknown, unknown[]];
      if (!isFunction(fn)) throw troupeError("wire/malformed", "Cannot read function: what is bound is no function");
      return { fn, self, args };
    };
    const bound = function (...rest: never[]): unknown {
      const { fn, self, args } = instance();
      const all = [...args, ...rest] as never[];
      return new.target ? Reflect.construct(fn as never, all) : Reflect.apply(fn, self, all);
    };
    return bound;
  }

  /** Everything is made: each function gets its values. */
  #finish(part: SourceFactory | BoundPart | LeafPart, index: number): void {
    const fn = this.#functions[index];
    if (!isFunction(fn)) return;
    if (!(part instanceof SourceFactory)) {
      if (part.kind === "bound") rememberRevived(fn, new RevivedPart(this, part, index));
      if (part.kind === "module") {
        const captured = index === 0 ? this.#factory.captured : undefined;
        rememberRevived(fn, { captured, view: { kind: "leaf", part } });
      }
      return;
    }
    const { uses, properties } = part.part;
    if (uses.length > 0) this.#made[index]!.bind(this.#values(part.part));
    const own = properties === undefined ? undefined : this.#slots[properties];
    if (typeof own === "object" && own !== null) Object.assign(fn, own);
    rememberRevived(fn, new RevivedPart(this, part, index));
  }

  /** What goes on as it came: the function itself, unless its session must hear of its variables again. */
  capturedOf(index: number): CapturedFunction | undefined {
    if (index !== 0 || this.#hasSpecials) return undefined;
    return { ...this.#factory.captured, environment: this.#environment };
  }

  /** How to capture a part again, as a part of another group. */
  viewOf(part: SourceFactory | BoundPart): FunctionView {
    if (!(part instanceof SourceFactory)) {
      const values = this.#slots[part.slot] as [unknown, unknown[]];
      return { kind: "bound", target: this.#functions[part.target], values };
    }
    const { name, text, uses, written, metaUrl, properties } = part.part;
    return {
      kind: "source",
      name,
      text,
      original: text,
      variables: uses.map(([alias, what, index]) => this.#variable(alias, what, index)),
      written,
      metaUrl,
      properties: properties === undefined ? undefined : this.#slots[properties] as Record<string, unknown>,
      isStable: true,
    };
  }

  #variable(name: string, what: "part" | "slot", index: number): CapturedVariable {
    if (what === "slot") return { name, kind: "value", value: this.#slots[index] };
    const part = this.#factory.parts[index]!;
    const isLeaf = !(part instanceof SourceFactory) && part.kind !== "bound";
    return isLeaf ? { name, kind: "leaf", part } : { name, kind: "value", value: this.#functions[index] };
  }
}
