/**
 * The text of a script, read again from its file: to have V8's debugger tell it costs 80 ms the first time and 20 ms each
 * time after that, for the debugger lists every script of the program first.
 *
 * @module
 */
import { threadStartMs } from "../base/clock.ts";
import { nodeBuiltin } from "../base/node_builtin.ts";

/** Files whose text V8 runs as it stands, and those from which only types have to go. */
const PLAIN = /\.m?js$/;
const TYPED = /\.m?ts$/;

/**
 * JavaScript with the same statements as V8's text of the script, at other places; undefined where the file cannot tell: it
 * may not be read, it may have changed since the script was loaded, it is no file, or more than its types must go.
 *
 * @param url URL of a script that this thread has loaded.
 * @param startedAtMs When this thread began, in milliseconds since 1970: no script was loaded before.
 */
export function readScriptFile(url: string, startedAtMs: number = threadStartMs()): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = new URL(url);
  if (!PLAIN.test(path.pathname) && !TYPED.test(path.pathname)) return undefined;
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined; // it would prompt
  try {
    const text = Deno.readTextFileSync(path);
    // By the time of the change itself, in whole seconds: the time of the content is set back by tools that copy files.
    const changed = Deno.statSync(path).ctime;
    if (changed === null || changed.getTime() + 1_000 >= startedAtMs) return undefined;
    return PLAIN.test(path.pathname) ? text : withoutTypes(text);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/** Undefined for what is not only JavaScript and types. (Decorators stay: the parser finds them.) */
function withoutTypes(text: string): string | undefined {
  try {
    return nodeBuiltin("node:module").stripTypeScriptTypes(text, { mode: "transform" });
  } catch (error) {
    if (error instanceof Error) return undefined; // the debugger will tell
    throw error;
  }
}
