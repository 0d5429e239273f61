import type { SourceFile } from "./source_file.ts";

/** Every relative link of a page leads to a file or folder of the checkout. Code in fences is no page. */
export function linkLaw(files: readonly SourceFile[]): string[] {
  const known = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/");
    for (let end = 1; end <= parts.length; end++) known.add(parts.slice(0, end).join("/"));
  }
  return files.filter(({ path }) => path.endsWith(".md")).flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => !/^[a-z]+:|^#/.test(link))
      .filter((link) => !known.has(new URL(link, new URL(path, "file:///")).pathname.slice(1).replace(/\/$/, "")))
      .map((link) => `${path}: link to "${link}" leads nowhere`)
  );
}

function linksOf(text: string): string[] {
  const page = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
  return [...page.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
}
