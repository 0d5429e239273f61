/** Which configuration a child process runs under: its parent's, as far as it can be found. @module */

/** Names of configuration files, in the order in which Deno looks for them. */
const CONFIG_NAMES = ["deno.json", "deno.jsonc"];
/** The command line: what its workers import is other programs' business, and in no lock file of ours. */
const OWN_COMMANDS = new URL("../../cli/", import.meta.url).href;

/**
 * The flags for `deno run` that make bare imports of the user's modules work in a child: the configuration is looked for
 * from the main module upwards, as Deno does. A lock file is used but never written; workers of the command line run
 * without, since what they import is said by the programs that they work for.
 *
 * @param mainModule URL of the parent's main module; undefined in a thread.
 * @param usesLock False when a lock file turned out to lack something: the parent itself ran without it then.
 */
export function childConfigFlags(mainModule: string | undefined, usesLock = true): string[] {
  if (mainModule === undefined || !mainModule.startsWith("file:")) return [];
  const isLocked = usesLock && !mainModule.startsWith(OWN_COMMANDS);
  for (let folder = new URL(".", mainModule);; folder = new URL("..", folder)) {
    const config = CONFIG_NAMES.map((name) => new URL(name, folder)).find(isFile);
    if (config !== undefined) {
      return ["--config", toPath(config), isLocked && isFile(new URL("deno.lock", folder)) ? "--frozen" : "--no-lock"];
    }
    if (folder.pathname === "/" || /^\/[A-Za-z]:\/$/.test(folder.pathname)) return [];
  }
}

/** Whether a child says that its lock file lacks something that it needs. */
export function isLockRefusal(line: string): boolean {
  return line.includes("lockfile is out of date");
}

/** The path of a file URL. */
export function toPath(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

function isFile(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    // Not there, or not for us to see: then Deno could not read it for the child either.
    return false;
  }
}
