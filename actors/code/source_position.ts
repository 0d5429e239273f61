/** From a position in the text that V8 runs to one in the file as its author wrote it. @module */
import { isCodeUrl, positionText } from "./code_frames.ts";
import { nodeBuiltin } from "../base/node_builtin.ts";

/** Scripts that run as their authors wrote them. */
const PLAIN_SCRIPT = /^data:|\.[cm]?js(?:[?#]|$)/;

/**
 * A position as its author knows it, as stacks have it; undefined when nobody can tell.
 *
 * @param url URL of a script that is loaded here.
 * @param line Line in what V8 runs, from 0.
 * @param column Column in it, from 0.
 */
export function originalPosition(url: string, line: number, column: number): string | undefined {
  if (isCodeUrl(url) || PLAIN_SCRIPT.test(url)) return positionText(url, line + 1, column + 1);
  if (url.startsWith("file:")) return positionInFile(url, line, column);
  return positionInFrame(url, line, column);
}

function positionInFile(url: string, line: number, column: number): string | undefined {
  const map = nodeBuiltin("node:module").findSourceMap(decodeURIComponent(new URL(url).pathname));
  const entry = map?.findEntry(line, column);
  if (entry === undefined || !("originalLine" in entry)) return undefined;
  return positionText(url, entry.originalLine + 1, entry.originalColumn + 1);
}

/** Deno gives away the source maps of files only. But it uses all of them: for a frame that we put into place. */
function positionInFrame(url: string, line: number, column: number): string | undefined {
  let stack = "";
  const probe = () => {
    stack = new Error().stack ?? "";
  };
  const options = { filename: url, lineOffset: line, columnOffset: column };
  Reflect.apply(nodeBuiltin("node:vm").compileFunction("probe()", ["probe"], options), undefined, [probe]);
  const frame = stack.split("\n").find((one) => one.includes(url));
  return /((?:https?|blob):.*:\d+:\d+)\)?$/.exec(frame ?? "")?.[1];
}
