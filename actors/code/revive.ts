import type { FunctionCode, FunctionHash } from "../protocol/task.ts";
import { type CapturedFunction, type CodeUnit, REQUIRES_NOTHING } from "./captured_function.ts";
import { parseCode } from "./function_code.ts";
import { GroupFactory } from "./group_factory.ts";
import { ModuleLoader } from "./module_loader.ts";
import { RecentMap } from "./recent_map.ts";
import type { RevivedCode, ReviverWorld } from "./revived_code.ts";

/** Functions kept at most: far more than a program has, far less than memory. */
const FUNCTIONS_MAX = 1_000;

/** Makes functions again from what travelled. The receiving side of `Capturer`. */
export class Reviver {
  readonly #modules: ModuleLoader;
  /** By hash; a promise while its modules are being imported, and no longer. */
  readonly #revived = new RecentMap<FunctionHash, RevivedCode | Promise<RevivedCode>>(FUNCTIONS_MAX);

  /** Makes one that knows no function yet. */
  constructor(world: ReviverWorld) {
    this.#modules = new ModuleLoader(world);
  }

  /**
   * The function, at once when it needs no module or was revived before, else as soon as its modules are imported.
   *
   * @param code, hash, name, requires What a `Capturer` made, perhaps elsewhere.
   * @throws {TroupeError} `wire/malformed` when it is no code; `input/invalid` when a module cannot be imported or has no
   * such export (then the promise rejects), or a text does not compile here.
   */
  revive(
    code: FunctionCode,
    hash: FunctionHash,
    name: string,
    requires: readonly CodeUnit[] = REQUIRES_NOTHING,
  ): RevivedCode | Promise<RevivedCode> {
    const known = this.#revived.get(hash);
    if (known !== undefined) return known;
    const content = parseCode(code);
    const parts = content.kind === "group" ? content.parts : [content];
    const slotCount = content.kind === "group" ? content.slotCount : 0;
    const captured: CapturedFunction = { hash, code, name, requires, environment: undefined };
    const build = () => new GroupFactory(captured, parts, slotCount, this.#modules);
    const loading = this.#modules.load(parts, name, requires);
    const revived = loading === undefined ? build() : loading.then(build);
    this.#revived.set(hash, revived);
    if (revived instanceof Promise) this.#settle(hash, revived);
    return revived;
  }

  #settle(hash: FunctionHash, loading: Promise<RevivedCode>): void {
    loading.then(
      (revived) => this.#revived.set(hash, revived),
      () => this.#revived.delete(hash), // what was missing may be there next time
    );
  }
}
