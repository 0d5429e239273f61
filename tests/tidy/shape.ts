import { allFacts, type ModuleFacts } from "./module_facts.ts";
import type { SourceFile } from "./source_file.ts";

/** Where the eye gives up. */
const FILE_LINES_MAX = 399;
const FUNCTION_LINES_MAX = 70;

/** They name a drawer, not a thing. */
const BANNED_WORDS: ReadonlySet<string> = new Set(["utils", "helpers", "common", "manager", "impl", "misc", "types"]);

/** One word, one meaning: what this house says instead. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  lane: "executor",
  master: "scheduler",
  packet: "message",
  slave: "worker",
  stimulus: "event",
};

/** Files of `actors/` and `cli/` end before they tire. */
export function fileSizeLaw(files: readonly SourceFile[]): string[] {
  return ours(files).flatMap(({ path, text }) => {
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    return lines > FILE_LINES_MAX ? [`${path}: ${lines} lines, ${FILE_LINES_MAX} at most`] : [];
  });
}

/** The same limit as the lint rule `house/short-functions`, also where a comment silences that one. */
export function functionSizeLaw(files: readonly SourceFile[]): string[] {
  return allFacts(ours(files)).flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
      .map(({ name, lines }) => `${path}: function ${name} has ${lines} lines, ${FUNCTION_LINES_MAX} at most`)
  );
}

/** A file is a noun in snake_case, and neither file nor class is named after a drawer. */
export function nameLaw(files: readonly SourceFile[]): string[] {
  return files.filter(({ path }) => path.endsWith(".ts")).flatMap((file) => {
    const name = file.path.split("/").at(-1) ?? "";
    const problems: string[] = [];
    if (!/^[a-z0-9]+(?:_[a-z0-9]+)*(?:\.d)?\.ts$/.test(name)) problems.push(`${file.path}: file name is no snake_case`);
    const stem = name.replace(/(?:\.d)?\.ts$/, "");
    if (hasBannedWord(stem.split("_"))) problems.push(`${file.path}: the file name names a drawer`);
    if (!file.path.startsWith("actors/") && !file.path.startsWith("cli/")) return problems;
    for (const declared of allFacts([file]).flatMap((facts) => facts.declared)) {
      const words = camelWords(declared);
      if (/^[A-Z]/.test(declared) && hasBannedWord(words)) problems.push(`${file.path}: ${declared} names a drawer`);
      for (const word of words) {
        const better = Object.hasOwn(OTHER_WORDS, word.toLowerCase()) ? OTHER_WORDS[word.toLowerCase()] : undefined;
        if (better !== undefined) problems.push(`${file.path}: ${declared}: "${word}" is called "${better}" here`);
      }
    }
    return problems;
  });
}

/** Two public names of one spelling are two truths: no name is exported by two files of `actors/`. */
export function duplicateNameLaw(files: readonly SourceFile[]): string[] {
  const owners = new Map<string, { readonly path: string; readonly machine: string }>();
  const problems: string[] = [];
  for (const { path, exports } of allFacts(files.filter(({ path }) => path.startsWith("actors/")))) {
    const machine = /^actors\/(\w+)\/machine\//.exec(path)?.[1] ?? "";
    for (const name of new Set(exports)) {
      const owner = owners.get(name);
      // A machine is a world of its own, whose words may recur in another machine, but not outside.
      const isTwin = owner !== undefined && machine !== "" && owner.machine !== "" && machine !== owner.machine;
      if (owner !== undefined && !isTwin) problems.push(`${path}: exports "${name}", as ${owner.path} does`);
      owners.set(name, { path, machine });
    }
  }
  return problems;
}

/** One door: `mod.ts` hands on, name by name; nobody else does. */
export function doorLaw(files: readonly SourceFile[]): string[] {
  return allFacts(files).flatMap((facts) => {
    const { path, reexports } = facts;
    if (path === "mod.ts") return doorProblems(facts);
    if (reexports.length === 0 || path.startsWith("tests/")) return [];
    return [`${path}: hands on ${reexports.join(", ")}`];
  });
}

/** State belongs to an owner that somebody made: no `let` at the top of a module. */
export function moduleStateLaw(files: readonly SourceFile[]): string[] {
  return allFacts(ours(files)).flatMap(({ path, topLevelLets }) =>
    topLevelLets.map((name) => `${path}: module state "${name}"`)
  );
}

function ours(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => /^(?:actors|cli)\/.*\.ts$|^mod\.ts$/.test(path));
}

function doorProblems({ path, reexports, exports, declared }: ModuleFacts): string[] {
  const problems: string[] = [];
  if (reexports.includes("*")) problems.push(`${path}: "export *" hides the list of names`);
  for (const name of [...exports, ...declared]) problems.push(`${path}: "${name}" is made here, not handed on`);
  for (const name of new Set(reexports.filter((one, index) => reexports.indexOf(one) !== index))) {
    problems.push(`${path}: "${name}" is listed twice`);
  }
  return problems;
}

function hasBannedWord(words: readonly string[]): boolean {
  return words.some((word) => BANNED_WORDS.has(word.toLowerCase()));
}

function camelWords(name: string): string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g) ?? [];
}
