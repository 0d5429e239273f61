/** The name under which others find a file of an npm package. @module */

/** Deno's global cache: `.../npm/<registry>/@scope/name/1.2.3/dist/file.js`. */
const IN_CACHE = /^.*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d[^/]*)\/(.*)$/;
/** A `node_modules` folder; the last one counts. */
const IN_FOLDER = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\/)(.*)$/;

/** A file in a package. */
interface PackageFile {
  /** `name@version`. */
  readonly id: string;
  /** The file's path in the package. */
  readonly path: string;
}

/** Whether a file belongs to an npm package: such files do not travel. */
export function isInPackage(url: string): boolean {
  return url.startsWith("file:") && (IN_FOLDER.test(url) || IN_CACHE.test(url));
}

/**
 * The `npm:` specifier of a file in a package, with the exact version that this program runs.
 *
 * @param url URL of the file, as an import was resolved to it.
 * @param specifier What the import says: its last parts may be the path that the package exports.
 * @param resolve Where a specifier leads; throws when it leads nowhere.
 * @returns Undefined when the package does not export the file.
 */
export function npmSpecifier(
  url: string,
  specifier: string,
  resolve: (specifier: string) => string,
): string | undefined {
  const file = packageFile(url);
  if (file === undefined) return undefined;
  const parts = specifier.split("/");
  const paths = ["", ...parts.slice(1).map((_, index) => parts.slice(index + 1).join("/")), file.path];
  for (const path of paths) {
    const candidate = path === "" ? `npm:${file.id}` : `npm:${file.id}/${path}`;
    if (leadsTo(url, candidate, resolve)) return candidate;
  }
  return undefined;
}

function packageFile(url: string): PackageFile | undefined {
  const inFolder = IN_FOLDER.exec(url);
  if (inFolder !== null) {
    const [, folder = "", name = "", path = ""] = inFolder;
    const version = versionIn(new URL("package.json", folder));
    return version === undefined ? undefined : { id: `${name}@${version}`, path };
  }
  const [, name, version, path = ""] = IN_CACHE.exec(url) ?? [];
  return name === undefined ? undefined : { id: `${name}@${version}`, path };
}

function versionIn(manifest: URL): string | undefined {
  try {
    const content: unknown = JSON.parse(Deno.readTextFileSync(manifest));
    const isObject = typeof content === "object" && content !== null && "version" in content;
    return isObject && typeof content.version === "string" ? content.version : undefined;
  } catch {
    return undefined; // not there, not for us to read, or no JSON: then nobody knows its version
  }
}

function leadsTo(url: string, specifier: string, resolve: (specifier: string) => string): boolean {
  try {
    return resolve(specifier) === url;
  } catch {
    return false; // the package does not export it
  }
}
