import { allFacts, type ImportFact, type ModuleFacts } from "./module_facts.ts";
import type { SourceFile } from "./source_file.ts";

/** What each layer may import, types included, in the order in which to read the code. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "base": [],
  "wire": ["base"],
  "protocol": ["base"],
  "transport": ["base", "wire"],
  "code": ["base", "wire", "protocol"],
  "actor": ["base", "wire", "protocol", "transport", "code"],
  "scheduler/machine": ["base", "protocol"],
  "worker/machine": ["base", "protocol"],
  "scheduler": ["base", "wire", "protocol", "code", "actor", "scheduler/machine"],
  "worker": ["base", "wire", "protocol", "transport", "code", "actor", "worker/machine"],
  "client": ["base", "wire", "protocol", "transport", "code", "actor"],
  "executor": ["base", "wire", "protocol", "transport", "code", "actor", "client"],
  "dashboard": ["base", "protocol", "actor"],
  "cluster": [
    "base",
    "wire",
    "protocol",
    "transport",
    "code",
    "actor",
    "scheduler/machine",
    "worker/machine",
    "scheduler",
    "worker",
    "client",
    "executor",
    "dashboard",
  ],
};

/** Modules of others, by the layers that may import them; what is not named here may be imported by all but `PURE`. */
const EXTERNALS: Readonly<Record<string, readonly string[]>> = {
  "acorn": ["code"],
  "npm:acorn@8.15.0": ["code"],
  "@std/msgpack": ["transport", "client"],
};

/**
 * Doors: modules that one file loads at run time, by a dynamic import, against the direction of the layers. A local cluster
 * is loaded when a client asks for one, and all of Troupe when a task uses more of it than most do: a program that only
 * connects, as every executor does, never loads a scheduler.
 */
const DOORS: ReadonlyMap<string, string> = new Map([
  ["actors/client/connect.ts", "actors/cluster/local_cluster.ts"],
  ["actors/client/shared_value.ts", "actors/client/shared_classes.ts"],
  ["actors/client/library.ts", "mod.ts"],
  ["actors/actor/class_carrier.ts", "mod.ts"],
]);

/** Layers without any world: nothing but our own modules. */
const PURE: ReadonlySet<string> = new Set(["protocol", "scheduler/machine", "worker/machine"]);

const LONGEST_FIRST = Object.keys(LAYERS).sort((a, b) => b.length - a.length);

/** `actors/`: every file lies in a layer and imports only what its layer may. */
export function layerLaw(files: readonly SourceFile[]): string[] {
  return factsBelow(files, "actors/").flatMap((facts) => {
    const from = layerOf(facts.path);
    if (from === undefined) return [`${facts.path}: lies in no layer`];
    return facts.imports.filter((fact) => !isDoor(facts.path, fact)).flatMap((fact) => {
      const reason = isOurs(fact) ? refuseOurs(from, fact) : refuseExternal(from, fact);
      return reason === undefined ? [] : [`${facts.path}: ${reason}`];
    });
  });
}

/** What `cli/` and `examples/` may import beside files of their own: examples also what users bring along themselves. */
const OUTSIDE: Readonly<Record<string, RegExp>> = {
  "cli/": /^(?:mod\.ts|@troupe\/troupe)$|^@std\//,
  "examples/": /^(?:mod\.ts|@troupe\/troupe)$|^@std\/|^node:|^@jsquash\//,
};

/** `cli/` and `examples/` are the first users of our API: they see what every user sees. */
export function outsideLaw(files: readonly SourceFile[]): string[] {
  return Object.entries(OUTSIDE).flatMap(([folder, allowed]) =>
    factsBelow(files, folder).flatMap((facts) =>
      facts.imports
        .filter(({ target }) => !allowed.test(target) && !target.startsWith(folder))
        .map(({ specifier }) => `${facts.path}: may not import "${specifier}"`)
    )
  );
}

/**
 * Where task code runs is named by URL, so nobody imports `executor/` statically: but `cluster/`, which gives it to workers
 * that run tasks inline, and tests.
 */
export function executorLaw(files: readonly SourceFile[]): string[] {
  return allFacts(files)
    .filter(({ path }) => !/^(?:actors\/(?:executor|cluster)|tests)\//.test(path))
    .flatMap((facts) =>
      facts.imports
        .filter(({ target, kind }) => target.startsWith("actors/executor/") && kind === "static")
        .map(({ specifier }) => `${facts.path}: imports "${specifier}", which is named by URL only`)
    );
}

/** A cycle is one file in two names. Counted with types and dynamic imports but doors, in everything but the tests. */
export function cycleLaw(files: readonly SourceFile[]): string[] {
  const graph = new Map<string, readonly string[]>();
  for (const facts of allFacts(files)) {
    if (facts.path.startsWith("tests/")) continue;
    const imports = facts.imports.filter((fact) => !isDoor(facts.path, fact));
    graph.set(facts.path, imports.map(({ target }) => target));
  }
  return cycles(graph);
}

/** The longest layer that a path lies in. */
export function layerOf(path: string): string | undefined {
  return LONGEST_FIRST.find((name) => path.startsWith(`actors/${name}/`));
}

function factsBelow(files: readonly SourceFile[], folder: string): ModuleFacts[] {
  return allFacts(files.filter(({ path }) => path.startsWith(folder)));
}

function isDoor(path: string, { target, kind }: ImportFact): boolean {
  return kind === "dynamic" && DOORS.get(path) === target;
}

function isOurs({ specifier, target }: ImportFact): boolean {
  return specifier !== target || specifier.startsWith("@troupe/");
}

function refuseOurs(from: string, { specifier, target }: ImportFact): string | undefined {
  const to = layerOf(target);
  if (to === from) return undefined;
  if (to === undefined) return `may not import "${specifier}", which lies in no layer`;
  return LAYERS[from]?.includes(to) ? undefined : `"${from}" may not import "${to}" ("${specifier}")`;
}

function refuseExternal(from: string, { specifier }: ImportFact): string | undefined {
  const allowed = EXTERNALS[specifier];
  if (!PURE.has(from) && (allowed === undefined || allowed.includes(from))) return undefined;
  return `"${from}" may not import "${specifier}"`;
}

function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const trail: string[] = [];
  const found: string[] = [];
  function visit(path: string): void {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`${path}: cycle ${[...trail.slice(start), path].join(" -> ")}`);
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  }
  for (const path of graph.keys()) visit(path);
  return found;
}
