import { delay } from "@std/async/delay";
import { usageError } from "./usage_error.ts";

/** How often a worker looks for a file that is not there yet. */
const POLL_MS = 100;

/** Where a scheduler says its address to whoever shares its file system. Disposing removes the file. */
export class SchedulerFile implements AsyncDisposable {
  /** Where it is. */
  readonly path: string;
  /** What we wrote: a file that another scheduler wrote since then is not ours to remove. */
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
  }

  /** Writes the file; whoever reads it finds it complete. */
  static async publish(path: string, address: string): Promise<SchedulerFile> {
    const file = new SchedulerFile(path, `${JSON.stringify({ address })}\n`);
    const draft = `${path}.${crypto.randomUUID()}`;
    try {
      await Deno.writeTextFile(draft, file.#text);
      await Deno.rename(draft, path);
    } catch (error) {
      await removeIfThere(draft);
      throw usageError(`Cannot write --scheduler-file ${JSON.stringify(path)}: ${String(error)}`);
    }
    return file;
  }

  /**
   * The address in the file; waits until it is there.
   *
   * @throws `input/invalid` when it is no scheduler file; the signal's reason when aborted.
   */
  static async awaitAddress(path: string, signal: AbortSignal): Promise<string> {
    for (;;) {
      const text = await readIfThere(path);
      if (text !== undefined) return addressIn(path, text);
      await delay(POLL_MS, { signal });
    }
  }

  /** Removes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (await readIfThere(this.path) === this.#text) await removeIfThere(this.path);
  }
}

function addressIn(path: string, text: string): string {
  const content = parseJson(text);
  if (typeof content === "object" && content !== null && "address" in content && typeof content.address === "string") {
    return content.address;
  }
  throw usageError(`Cannot read --scheduler-file ${JSON.stringify(path)}: it holds no address`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so no address either: the caller says so.
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw usageError(`Cannot read --scheduler-file ${JSON.stringify(path)}: ${String(error)}`);
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
