/** The files of Unix sockets, which outlive a listener that was killed. @module */
import { parseAddress } from "./address.ts";

/**
 * Makes room for a listener on a Unix socket: removes the file of one that is dead, which would be in the way for ever. What
 * is no socket, or answers, stays: then listening says why it cannot be done. Does nothing for other addresses.
 *
 * @param text The address, as {@linkcode parseAddress} takes it.
 */
export async function clearSocketFile(text: string): Promise<void> {
  const address = parseAddress(text);
  if (address.scheme !== "unix") return;
  const { path } = address;
  const found = socketFile(path);
  if (found === undefined || !await isDead(path)) return;
  // Not one that another listener has made meanwhile.
  if (socketFile(path)?.ino === found.ino) await Deno.remove(path);
}

/** What is known of the socket there; undefined when there is none, or we may not know. */
function socketFile(path: string): Deno.FileInfo | undefined {
  try {
    const info = Deno.lstatSync(path);
    return info.isSocket === true ? info : undefined;
  } catch {
    // Listening will say what is wrong.
    return undefined;
  }
}

async function isDead(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}
