/** A file that is not there until a test says so: what an actor elsewhere can wait for while it does nothing else. @module */

/** A file in a folder of its own. */
export class Signpost implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder. */
  static async make(): Promise<Signpost> {
    return new Signpost(await Deno.makeTempDir());
  }

  /** Where the file will be. */
  get path(): string {
    return `${this.#folder}/sign`;
  }

  /** Puts it there, whole. */
  async write(text: string): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/draft`, text);
    await Deno.rename(`${this.#folder}/draft`, this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}
