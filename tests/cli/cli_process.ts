/**
 * Processes of the command line and of the examples, as a user starts them.
 *
 * @module
 */
import { delay } from "@std/async/delay";

const ROOT = new URL("../../", import.meta.url);
/** Longest life of a process: a test that hangs must fail, and say where. */
const LIFE_MS_MAX = 300_000;
const POLL_MS = 20;

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to start a process. */
export interface ProcessOptions {
  /** Default: the checkout. */
  readonly cwd?: string;
  /** On top of what the test itself has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of `deno run`. Default: `-A`. */
  readonly permissions?: readonly string[];
}

/** Path of a file of the checkout. */
export function pathInCheckout(path: string): string {
  return new URL(path, ROOT).pathname;
}

/** Runs `troupe` with these arguments to its end. */
export async function runCli(args: readonly string[], options?: ProcessOptions): Promise<ProcessEnd> {
  await using process = startCli(args, options);
  return await process.ended;
}

/** Starts `troupe` with these arguments. */
export function startCli(args: readonly string[], options?: ProcessOptions): TestProcess {
  return new TestProcess("cli/main.ts", args, options);
}

/** A child process with a process group of its own. Disposing it kills the whole group. */
export class TestProcess implements AsyncDisposable {
  /** How it ended. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: Deno.ChildProcess;
  readonly #text = { stdout: "", stderr: "" };
  readonly #timer: ReturnType<typeof setTimeout>;
  #isEnded = false;

  /** Starts a script of the checkout. */
  constructor(script: string, args: readonly string[] = [], options: ProcessOptions = {}) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-lock", ...options.permissions ?? ["-A"], pathInCheckout(script), ...args],
      cwd: options.cwd ?? pathInCheckout("."),
      env: { NO_COLOR: "1", TROUPE_SCHEDULER_ADDRESS: "", TROUPE_SCHEDULER_TOKEN: "", ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.#timer = setTimeout(() => this.signalGroup("SIGKILL"), LIFE_MS_MAX);
    this.ended = this.#end();
  }

  /** Its process id, and that of its group. */
  get pid(): number {
    return this.#child.pid;
  }

  /** What it printed so far. */
  get stdout(): string {
    return this.#text.stdout;
  }

  /** What it complained about so far. */
  get stderr(): string {
    return this.#text.stderr;
  }

  /** The first group of `pattern` as soon as stdout matches it; throws when the process ends without. */
  async waitFor(pattern: RegExp): Promise<string> {
    for (;;) {
      const isEnded = this.#isEnded;
      const found = pattern.exec(this.stdout);
      if (found !== null) return found[1] ?? found[0];
      if (isEnded) throw new Error(`No ${pattern} in:\n${this.stdout}\n${this.stderr}`);
      await delay(POLL_MS);
    }
  }

  /** The processes that it started itself and that still run. */
  childPids(): number[] {
    return [...Deno.readDirSync("/proc")]
      .filter(({ name }) => /^\d+$/.test(name) && parentPid(name) === this.pid)
      .map(({ name }) => Number(name));
  }

  /** Sends a signal to the process alone. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Sends a signal to the process and all that it started, as a terminal does; whether there is anybody. */
  signalGroup(signal: Deno.Signal): boolean {
    try {
      Deno.kill(-this.pid, signal);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof TypeError) return false;
      throw error;
    }
  }

  /** Resolves when the process catches this signal. */
  async listensTo(signal: "SIGINT" | "SIGTERM"): Promise<void> {
    const bit = 1n << BigInt(signal === "SIGINT" ? 1 : 14);
    for (;;) {
      const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(await Deno.readTextFile(`/proc/${this.pid}/status`))?.[1];
      if ((BigInt(`0x${mask ?? 0}`) & bit) !== 0n) return;
      await delay(POLL_MS);
    }
  }

  /** Resolves when nobody of its group is left; throws when somebody stays. */
  async groupGone(withinMs = 120_000): Promise<void> {
    const untilMs = performance.now() + withinMs;
    // Nobody of ours is ever stopped, so this signal asks only who is there.
    while (this.signalGroup("SIGCONT")) {
      if (performance.now() > untilMs) throw new Error(`Group of process ${this.pid} has members left`);
      await delay(POLL_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signalGroup("SIGKILL");
    await this.ended;
  }

  async #end(): Promise<ProcessEnd> {
    const [status] = await Promise.all([
      this.#child.status,
      this.#drain("stdout", this.#child.stdout),
      this.#drain("stderr", this.#child.stderr),
    ]);
    clearTimeout(this.#timer);
    this.#isEnded = true;
    return { code: status.code, ...this.#text };
  }

  async #drain(name: "stdout" | "stderr", stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#text[name] += text;
  }
}

/** The fourth field behind the name, which is in parentheses and may hold anything. */
function parentPid(pid: string): number | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch (error) {
    // It has ended since it was listed.
    if (error instanceof Deno.errors.NotFound || /ESRCH|No such process/.test(String(error))) return undefined;
    throw error;
  }
}
