/** Which permissions a child process gets: never more than its parent has. @module */

/** Permissions that can be granted whole. */
const WHOLE = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;

/**
 * The flags for `deno run`. Whole grants are passed on. Lists cannot be read, only probed, so of them a child gets what
 * it cannot live without and the parent has: the loopback interface for its link, and Troupe's own modules.
 *
 * @param modules Folder of the modules that the child must load, as a path; "" when they are not files.
 */
export function childPermissionFlags(modules: string): string[] {
  const flags: string[] = [];
  const granted = new Set<string>();
  for (const name of WHOLE) {
    if (!isGranted({ name })) continue;
    granted.add(name);
    flags.push(`--allow-${name}`);
  }
  if (!granted.has("net") && isGranted({ name: "net", host: "127.0.0.1" })) flags.push("--allow-net=127.0.0.1");
  if (!granted.has("read") && modules !== "" && isGranted({ name: "read", path: modules })) {
    // In a list a comma is doubled: alone it would grant two other folders.
    flags.push(`--allow-read=${modules.replaceAll(",", ",,")}`);
  }
  return flags;
}

/** Whether a permission is granted whole: without lists of what is allowed or denied. */
function isGranted(descriptor: { name: string; host?: string; path?: string }): boolean {
  try {
    const status = Deno.permissions.querySync(descriptor as Deno.PermissionDescriptor);
    return status.state === "granted" && !status.partial;
  } catch (error) {
    // A kind of permission that this version of Deno does not know is not granted.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
