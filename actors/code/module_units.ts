import type { CodeUnit } from "./captured_function.ts";
import type { CodePart, ModuleReference } from "./function_code.ts";
import type { FunctionInspector } from "./function_inspector.ts";
import { ModuleShipper } from "./module_shipper.ts";
import type { Parser } from "./parser.ts";
import { shippedModuleAt, shippedUnit } from "./shipped_modules.ts";

/** References to modules, as they travel. */
export interface UnitReferences<P extends CodePart> {
  /** The parts of a function, with the units of the modules that they refer to. */
  readonly parts: readonly P[];
  /** These units, each once. */
  readonly requires: readonly CodeUnit[];
}

/** Knows which modules travel along: those that came from elsewhere, and where workers may be anywhere, all of the program. */
export class ModuleUnits {
  readonly #parser: Parser;
  readonly #inspector: () => FunctionInspector | undefined;
  /** Undefined where workers import by URL. */
  #shipper: ModuleShipper | undefined;

  /**
   * Makes one that takes along what came from elsewhere.
   *
   * @param inspector Asks V8; undefined where it may not be asked.
   */
  constructor(parser: Parser, inspector: () => FunctionInspector | undefined) {
    this.#parser = parser;
    this.#inspector = inspector;
  }

  /** From now on all modules of the program travel. */
  shipAll(): void {
    this.#shipper ??= new ModuleShipper(this.#parser, this.#inspector);
  }

  /**
   * Parts of a function as they travel.
   *
   * @param action What failed if they cannot: `submit task "resize"`.
   * @throws {TroupeError} `task/not-serializable` for a module that cannot travel.
   */
  refer<P extends CodePart>(parts: readonly P[], action: string): UnitReferences<P> {
    const requires = new Map<string, CodeUnit>();
    const referred = parts.map((part) => {
      if (part.kind !== "module") return part;
      const home = shippedModuleAt(part.url);
      const unit = home?.unit ?? this.#unitOf(part, action);
      if (unit === undefined) return part;
      requires.set(unit.hash, unit);
      return { ...part, url: home?.content.url ?? part.url, unit: unit.hash };
    });
    return { parts: referred, requires: [...requires.values()] };
  }

  #unitOf({ url, unit }: ModuleReference, action: string): CodeUnit | undefined {
    const known = unit === undefined ? undefined : shippedUnit(unit);
    return known ?? this.#shipper?.ship(url, action);
  }
}
