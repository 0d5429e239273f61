import { allFacts } from "./module_facts.ts";
import type { SourceFile } from "./source_file.ts";

/** Folders of `tests/` that mirror nothing: the law, what tests share, and tests of the whole. */
const FREE_FOLDERS =
  /^tests\/(?:tidy|support|simulation|end_to_end|scenarios|bench|examples|types|scheduler\/machine\/traces_test|actor\/conformance)/;

/** Files of `actors/` with behaviour that no test names or imports. May only shrink: an entry that is tested must go. */
export const UNTESTED: readonly string[] = [
  // First modules of a thread and a process, and what they share: named by URL, they run in the tests of their hosts.
  "actors/actor/hosted_system.ts",
  "actors/actor/process_entry.ts",
  "actors/actor/thread_entry.ts",
];

/**
 * Every file with behaviour is somebody's test subject: `tests/<folder>/<file>_test.ts`, or imported by tests or their
 * support, or imported by a subject of its own folder: the parts of a machine are tested through its steps.
 */
export function testedLaw(files: readonly SourceFile[], untested: readonly string[] = UNTESTED): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const facts = allFacts(files);
  const importsOf = new Map(facts.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const isTest = ({ path }: { path: string }) => path.startsWith("tests/") && !path.startsWith("tests/bench/");
  const subjects = new Set(facts.filter(isTest).flatMap(({ imports }) => imports.map(({ target }) => target)));
  for (const path of paths) if (paths.has(testPathOf(path))) subjects.add(path);
  for (const subject of subjects) {
    for (const part of importsOf.get(subject) ?? []) if (folderOf(part) === folderOf(subject)) subjects.add(part);
  }
  const bare = facts
    .filter(({ path, functions }) => path.startsWith("actors/") && functions.length > 0 && !subjects.has(path))
    .map(({ path }) => path);
  return [
    ...bare.filter((path) => !untested.includes(path)).map((path) => `${path}: has no test at ${testPathOf(path)}`),
    ...untested.filter((path) => !bare.includes(path)).map((path) => `${path}: must leave the list of the untested`),
  ];
}

/** A test lies where its subject lies: `tests/x/a_test.ts` or `tests/x/a_<topic>_test.ts` beside `actors/x/a.ts`. */
export function mirrorLaw(files: readonly SourceFile[]): string[] {
  const paths = files.map(({ path }) => path);
  return paths
    .filter((path) => /^tests\/.*_test\.ts$/.test(path) && !FREE_FOLDERS.test(path))
    .filter((path) => !subjectsOf(path).some((subject) => paths.includes(subject)))
    .map((path) => `${path}: no file of actors/ or cli/ has this name`);
}

function testPathOf(path: string): string {
  return path.replace(/^actors\//, "tests/").replace(/\.ts$/, "_test.ts");
}

/** What a test may be about, from its name: `a_b_c_test.ts` is about `a_b_c`, `a_b` or `a`. */
function subjectsOf(path: string): string[] {
  const bare = path.replace(/^tests\//, "").replace(/_test\.ts$/, "");
  const folder = bare.slice(0, bare.lastIndexOf("/") + 1);
  const words = bare.slice(folder.length).split("_");
  const stems = words.map((_, index) => `${folder}${words.slice(0, index + 1).join("_")}.ts`);
  return stems.flatMap((stem) => [`actors/${stem}`, stem]);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
