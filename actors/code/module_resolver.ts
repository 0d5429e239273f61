/** Where the imports of a user's module lead, under the user's own import map. @module */
import type { ModuleTarget } from "./module_code.ts";
import { isInPackage, npmSpecifier } from "./npm_specifier.ts";

/** Where an import leads: a file of the user's, or what a worker finds by itself; undefined when nobody knows. */
export type Resolution =
  | { readonly kind: "file"; readonly url: string }
  | Exclude<ModuleTarget, { readonly kind: "unit" }>
  | undefined;

/** What a program calls Troupe when it has it from a registry. */
const TROUPE_PACKAGE = /^(?:jsr|npm):@troupe\/troupe(?:@[^/]*)?$/;
const TROUPE_ROOT = new URL("../../", import.meta.url).href;
const TROUPE_DOOR = "mod.ts";

/**
 * Resolves an import. Import maps hold for the whole program, so the question may come from here.
 *
 * @param specifier As written.
 * @param importer URL of the module that has it.
 * @param resolve Where a specifier leads in this program.
 */
export function resolveImport(
  specifier: string,
  importer: string,
  resolve: (specifier: string) => string = (name) => import.meta.resolve(name),
): Resolution {
  const isRelative = /^\.{0,2}\//.test(specifier);
  const asked = isRelative ? new URL(specifier, importer).href : specifier;
  if (TROUPE_PACKAGE.test(asked)) return { kind: "troupe", path: TROUPE_DOOR };
  // As written: the exact version is the worker's own to choose then.
  if (asked.startsWith("npm:")) return { kind: "external", specifier: asked };
  const url = tryResolve(asked, resolve);
  if (url === undefined) return undefined;
  if (TROUPE_PACKAGE.test(url)) return { kind: "troupe", path: TROUPE_DOOR };
  const ownPath = url.startsWith(TROUPE_ROOT) ? url.slice(TROUPE_ROOT.length) : "";
  if (ownPath === TROUPE_DOOR || ownPath.startsWith("actors/")) return { kind: "troupe", path: ownPath };
  if (!url.startsWith("file:")) return url.startsWith("blob:") ? undefined : { kind: "external", specifier: url };
  if (!isInPackage(url)) return { kind: "file", url };
  const external = npmSpecifier(url, specifier, resolve);
  return external === undefined ? undefined : { kind: "external", specifier: external };
}

function tryResolve(specifier: string, resolve: (specifier: string) => string): string | undefined {
  try {
    return resolve(specifier);
  } catch {
    return undefined; // the caller says who asked for it
  }
}
