/** A program of several files in a folder of its own, for as long as a test lasts. */
import { toPath } from "../../actors/actor/child_config.ts";

/** Files by path, written into a new folder; disposing removes it. */
export class Program implements AsyncDisposable {
  /** The folder, without a slash at its end. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async write(files: Readonly<Record<string, string>>): Promise<Program> {
    const program = new Program(await Deno.realPath(await Deno.makeTempDir({ prefix: "troupe-program-" })));
    for (const [path, text] of Object.entries(files)) await program.edit(path, text);
    return program;
  }

  /** URL of a file. */
  url(path: string): string {
    return new URL(`file://${this.folder}/${path}`).href;
  }

  /** Writes a file, anew if it is there. */
  async edit(path: string, text: string): Promise<void> {
    const file = `${this.folder}/${path}`;
    await Deno.mkdir(toPath(new URL(".", `file://${file}`)), { recursive: true });
    await Deno.writeTextFile(file, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
