/** Content hashes of modules that import each other, in circles too. @module */
import type { FunctionHash } from "../protocol/task.ts";
import { StableHasher } from "../wire/stable_hash.ts";

/** A module whose hash is asked for. */
export interface HashedModule {
  /** Hash of its own content, the URLs of its imports included. */
  readonly digest: string;
  /** What it imports. */
  readonly imports: readonly HashedModule[];
  /** Hash of its content and of all that it reaches: set once. */
  hash: FunctionHash;
}

/** What is known of a module while its circle is looked for (Tarjan's algorithm). */
interface Visit {
  readonly module: HashedModule;
  readonly index: number;
  /** The lowest index that it reaches. */
  low: number;
}

/**
 * Sets the hashes of a module and of all that it reaches: each changes when the content of any module that it reaches
 * changes, and only then.
 */
export function hashModules(entry: HashedModule): void {
  const visits = new Map<HashedModule, Visit>();
  /** Visited modules whose circle is not complete. */
  const open: HashedModule[] = [];
  const enter = (module: HashedModule): Visit => {
    const visit = { module, index: visits.size, low: visits.size };
    visits.set(module, visit);
    open.push(module);
    for (const imported of module.imports) {
      if (imported.hash !== "") continue;
      const low = visits.get(imported)?.index ?? enter(imported).low;
      visit.low = Math.min(visit.low, low);
    }
    if (visit.low === visit.index) hashCircle(open.splice(open.lastIndexOf(module)));
    return visit;
  };
  if (entry.hash === "") enter(entry);
}

/** Modules that all reach each other: they share what they reach, so they are hashed together. */
function hashCircle(circle: readonly HashedModule[]): void {
  const members = new Set(circle);
  const reached = new Set<string>();
  for (const module of circle) {
    reached.add(`own ${module.digest}`);
    for (const imported of module.imports) if (!members.has(imported)) reached.add(`other ${imported.hash}`);
  }
  const hasher = new StableHasher().reset();
  for (const part of [...reached].sort()) hasher.text(part);
  const shared = hasher.hex();
  for (const module of circle) module.hash = hasher.reset().text(shared).text(module.digest).hex();
}
