import { allFacts } from "./module_facts.ts";
import type { SourceFile } from "./source_file.ts";

/** Time, chance and output of the process: passed in at the top, never taken. */
const WORLD: ReadonlySet<string> = new Set([
  "Date.now",
  "Math.random",
  "clearInterval",
  "clearTimeout",
  "console",
  "new Date()",
  "performance",
  "performance.now",
  "setInterval",
  "setTimeout",
]);

/** Files that are a piece of the world, or stand at its edge. */
export interface WorldException {
  readonly path: string;
  /** What they may name; one that they no longer name must leave this list. */
  readonly names: readonly string[];
  readonly reason: string;
}

/** May only shrink, or grow with a reason. */
export const WORLD_EXCEPTIONS: readonly WorldException[] = [
  {
    path: "actors/base/clock.ts",
    names: ["performance", "performance.now", "Date.now", "setTimeout", "clearTimeout"],
    reason: "is the clock that everyone else is passed",
  },
  {
    path: "actors/base/keep_alive.ts",
    names: ["setInterval", "clearInterval"],
    reason: "holds the process open; the timer never does anything",
  },
  {
    path: "actors/executor/printing.ts",
    names: ["console"],
    reason: "replaces the console of an executor's own thread",
  },
  { path: "actors/base/random.ts", names: ["Math.random"], reason: "is the chance that everyone else is passed" },
];

/** `actors/` takes clock, chance and output as parameters. */
export function worldLaw(
  files: readonly SourceFile[],
  exceptions: readonly WorldException[] = WORLD_EXCEPTIONS,
): string[] {
  const problems: string[] = [];
  const allowed = new Map(exceptions.map(({ path, names }) => [path, new Set(names)]));
  for (const { path, names } of allFacts(files.filter((file) => file.path.startsWith("actors/")))) {
    const left = allowed.get(path) ?? new Set();
    for (const name of names) {
      if (WORLD.has(name) && !left.delete(name)) problems.push(`${path}: names \`${name}\``);
    }
  }
  for (const [path, left] of allowed) {
    for (const name of left) problems.push(`${path}: exception for \`${name}\` is no longer needed`);
  }
  return problems;
}
