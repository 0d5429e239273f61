/** Scripts as a user writes them: in a folder of their own, run by a Deno of their own. @module */

const CHECKOUT = new URL("../../", import.meta.url);
/** Longest life of a script: one that hangs must fail, and show what it printed. */
const LIFE_MS_MAX = 240_000;

/** How a script ended. */
export interface ScriptEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode runScript}. */
export interface ScriptOptions {
  /** Its arguments. */
  readonly args?: readonly string[];
  /** Text of a `deno.json` beside the script. Default: it runs with the checkout's. */
  readonly config?: string;
  /** Flags of `deno run`. Default: `-A`. */
  readonly permissions?: readonly string[];
}

/** Runs the source of a script to its end, in an empty folder. */
export async function runScript(source: string, options: ScriptOptions = {}): Promise<ScriptEnd> {
  const folder = await Deno.makeTempDir();
  try {
    const { config } = options;
    await Deno.writeTextFile(`${folder}/main.ts`, source);
    if (config !== undefined) await Deno.writeTextFile(`${folder}/deno.json`, config);
    const configPath = config === undefined ? pathInCheckout("deno.json") : `${folder}/deno.json`;
    return await runFile(`${folder}/main.ts`, folder, configPath, options);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a script of the checkout to its end, such as `tests/end_to_end/leak_probe.ts`. */
export function runCheckoutScript(path: string, options: ScriptOptions = {}): Promise<ScriptEnd> {
  return runFile(pathInCheckout(path), pathInCheckout("."), pathInCheckout("deno.json"), options);
}

/** Path of a file of the checkout. */
export function pathInCheckout(path: string): string {
  return new URL(path, CHECKOUT).pathname;
}

async function runFile(path: string, cwd: string, config: string, options: ScriptOptions): Promise<ScriptEnd> {
  const { args = [], permissions = ["-A"] } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--config", config, ...permissions, path, ...args],
    cwd,
    env: { NO_COLOR: "1", TROUPE_SCHEDULER_ADDRESS: "", TROUPE_SCHEDULER_TOKEN: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), LIFE_MS_MAX);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
