/** Whether this program can start threads at all. @module */
import { describe, troupeError } from "../base/errors.ts";

/** Where Troupe's modules are: a thread imports them by URL, which takes permission where they are files. */
const MODULES = new URL("../../", import.meta.url);

/**
 * Throws where a thread could not load its modules; on a terminal, Deno asks its user first. Without this, threads would
 * be started again and again, and nobody would get an answer.
 *
 * @param action What fails then: `"start worker"`.
 * @param modules Folder of the modules.
 * @throws {TroupeError} `input/invalid`.
 */
export function checkThreadPermission(action: string, modules: URL = MODULES): void {
  if (modules.protocol !== "file:") return;
  const read = { name: "read", path: modules } as const;
  if (Deno.permissions.querySync(read).state === "granted") return;
  if (Deno.permissions.requestSync(read).state === "granted") return;
  const folder = describe(decodeURIComponent(modules.pathname));
  throw troupeError("input/invalid", `Cannot ${action}: threads load modules from ${folder}, which may not be read`, {
    hint: `Run with --allow-read, or connect with { executors: "inline" }, which starts no thread`,
  });
}
