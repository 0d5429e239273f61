/**
 * Programs that the harness starts: each has a deadline, is the head of a process group of its own, and takes the whole
 * group with it when it ends.
 *
 * @module
 */

/** How a program ended. */
export interface ProgramEnd {
  readonly stdout: string;
  readonly stderr: string;
  /** Its exit code; that of a shell when a signal ended it. */
  readonly code: number;
  /** Whether the deadline ended it. */
  readonly isLate: boolean;
}

/** How to run a program. */
export interface ProgramOptions {
  readonly args: readonly string[];
  /** It is stopped after this time. */
  readonly deadlineMs: number;
}

/** Between the signal that asks and the one that kills. */
const GRACE_MS = 2000;
const HAS_GROUPS = Deno.build.os !== "windows";

/** Runs programs, and ends those that still run. */
export class ProgramRunner {
  /** The programs that have not ended; each leaves the set as it ends. */
  readonly #running = new Set<Deno.ChildProcess>();
  /** Set once by `stopAll`: nothing starts after it. */
  #isStopped = false;

  /**
   * Runs a program to its end, and ends what it left behind.
   *
   * @throws {Deno.errors.NotFound} when there is no such program
   * @throws {Deno.errors.Interrupted} after `stopAll`
   */
  async run(command: string | URL, options: ProgramOptions): Promise<ProgramEnd> {
    if (this.#isStopped) throw new Deno.errors.Interrupted(`Cannot run "${command}": the runner is stopped`);
    const child = new Deno.Command(command, {
      args: [...options.args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: HAS_GROUPS,
    }).spawn();
    this.#running.add(child);
    const deadline = { isLate: false };
    const timer = setTimeout(() => {
      deadline.isLate = true;
      void endGroup(child);
    }, options.deadlineMs);
    try {
      const stdout = new Response(child.stdout).text();
      const stderr = new Response(child.stderr).text();
      const status = await child.status;
      // Whatever it started and forgot holds the pipes open.
      signalGroup(child, "SIGKILL");
      return { stdout: await stdout, stderr: await stderr, code: status.code, isLate: deadline.isLate };
    } finally {
      clearTimeout(timer);
      this.#running.delete(child);
    }
  }

  /** Ends every program that still runs, and resolves when they are gone. No other can be started. */
  async stopAll(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#running].map(endGroup));
  }
}

/** Asks a program and its children to end, and kills those that do not. */
async function endGroup(child: Deno.ChildProcess): Promise<void> {
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
  await child.status;
  clearTimeout(timer);
  signalGroup(child, "SIGKILL");
}

function signalGroup(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    Deno.kill(HAS_GROUPS ? -child.pid : child.pid, signal);
  } catch (error) {
    // It has ended already: that is what was asked for.
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
}
