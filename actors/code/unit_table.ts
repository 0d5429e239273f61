import type { DefineFunctionMessage } from "../protocol/define_function.ts";
import type { FunctionCode, FunctionHash } from "../protocol/task.ts";
import type { CodeUnit } from "./captured_function.ts";

/** A unit that was told, or one that another unit requires and that is about to be told. */
class ToldUnit implements CodeUnit {
  readonly hash: FunctionHash;
  name = "";
  code: FunctionCode = undefined;
  requires: readonly CodeUnit[] = [];
  isTold = false;

  constructor(hash: FunctionHash) {
    this.hash = hash;
  }
}

/** Units of code as the other side tells and forgets them. What somebody still uses lives on, with all that it requires. */
export class UnitTable {
  readonly #units = new Map<FunctionHash, ToldUnit>();

  /** Units that were told, and units that these require. */
  get size(): number {
    return this.#units.size;
  }

  /** A unit was told. What it requires is told before or after it. */
  define({ hash, name, code, requires = [] }: DefineFunctionMessage): void {
    const unit = this.#unit(hash);
    unit.name = name;
    unit.code = code;
    unit.requires = requires.map((required) => this.#unit(required));
    unit.isTold = true;
  }

  /** These are not used any more, and what requires them neither. */
  forget(hashes: readonly FunctionHash[]): void {
    for (const hash of hashes) this.#units.delete(hash);
  }

  /** The unit of this hash; undefined when it was not told. */
  get(hash: FunctionHash): CodeUnit | undefined {
    const unit = this.#units.get(hash);
    return unit?.isTold === true ? unit : undefined;
  }

  #unit(hash: FunctionHash): ToldUnit {
    const known = this.#units.get(hash);
    if (known !== undefined) return known;
    const unit = new ToldUnit(hash);
    this.#units.set(hash, unit);
    return unit;
  }
}
