import type { SourceFile } from "./source_file.ts";

/** A text that must not stand anywhere, and why. */
interface BannedText {
  readonly pattern: RegExp;
  readonly why: string;
}

// Patterns are written so that this file does not match itself.
const EVERYWHERE: readonly BannedText[] = [
  {
    pattern: /\b(?:TO[D]O|FIX[M]E|HA[C]K|XX[X])\b/,
    why: "unfinished work; finish it or say in DECISIONS what is left",
  },
  { pattern: /(?:\.\.\/share[d]\b|(?<!\w)\/wor[k]\/)/, why: "a path outside the checkout" },
  { pattern: /\bnot to be con[f]used with\b/i, why: "one of the two needs another name" },
  { pattern: /deno-lint-ignor[e](?!-file\b)(?!.* -- \S)/, why: "an ignore without a reason: add `-- reason`" },
  { pattern: /deno-lint-ignor[e]-file/, why: "an ignore for a whole file" },
];

const IN_CODE: readonly BannedText[] = [
  { pattern: /@ts-(?:ignor[e]|nochec[k]|expect-erro[r])\b/, why: "a silenced type error" },
  { pattern: /\bas (?:an[y]|unknown a[s])\b/, why: "a cast that believes anything" },
  { pattern: /^\s*debugge[r];/, why: "a breakpoint" },
];

/** Texts that promise, silence or point elsewhere. `tests/` may silence what the compiler must refuse. */
export function wordLaw(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const isCode = /^(?:actors|cli|examples)\/.*\.ts$|^mod\.ts$/.test(path);
    const banned = isCode ? [...EVERYWHERE, ...IN_CODE] : EVERYWHERE;
    return text.split("\n").flatMap((line, index) =>
      banned.filter(({ pattern }) => pattern.test(line)).map(({ why }) => `${path}:${index + 1}: ${why}`)
    );
  });
}
