import { allFacts } from "./module_facts.ts";
import type { SourceFile } from "./source_file.ts";

/** Folders of `tests/` that mirror nothing: the law, what tests share, and tests of the whole. */
const FREE_FOLDERS = /^tests\/(?:tidy|support|simulation|end_to_end|bench|examples)\//;

/** Files of `actors/` with behaviour that no test names or imports. May only shrink: an entry that is tested must go. */
export const UNTESTED: readonly string[] = [];

/** Every file with behaviour is somebody's test subject: `tests/<folder>/<file>_test.ts`, or imported by tests or their support. */
export function testedLaw(files: readonly SourceFile[], untested: readonly string[] = UNTESTED): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const imported = new Set(
    allFacts(files.filter(({ path }) => path.startsWith("tests/") && !path.startsWith("tests/bench/")))
      .flatMap((facts) => facts.imports.map(({ target }) => target)),
  );
  const behaving = allFacts(files.filter(({ path }) => path.startsWith("actors/")))
    .filter(({ functions }) => functions.length > 0)
    .map(({ path }) => path);
  const bare = behaving.filter((path) => !imported.has(path) && !paths.has(testPathOf(path)));
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
