/** A cluster of processes: a scheduler and its workers, started by the command line as a user would. */
export interface TcpCluster extends AsyncDisposable {
  /** Where clients connect to. */
  readonly address: string;
  /** The scheduler's process. */
  readonly schedulerPid: number;
  /** The workers' processes. */
  readonly workerPids: readonly number[];
}

const CLI = new URL("../../../cli/main.ts", import.meta.url).href;
const SCHEDULER_BANNER = /Scheduler at:\s*(\S+)/;
const WORKER_BANNER = /Registered to:\s*(\S+)/;
const GRACE_MS = 3000;

/** Starts a scheduler and `workers` workers with one thread each; resolves when all are registered. */
export async function startTcpCluster(workers: number): Promise<TcpCluster> {
  const processes: CliProcess[] = [];
  async function close(): Promise<void> {
    for (const process of processes.toReversed()) await process.close();
  }
  try {
    const scheduler = new CliProcess(["scheduler", "--port", "0", "--no-dashboard"]);
    processes.push(scheduler);
    const address = await scheduler.waitFor(SCHEDULER_BANNER);
    for (let index = 0; index < workers; index++) {
      const worker = new CliProcess(["worker", address, "--nthreads", "1", "--no-nanny"]);
      processes.push(worker);
      await worker.waitFor(WORKER_BANNER);
    }
    const workerPids = processes.slice(1).map((worker) => worker.pid);
    return { address, schedulerPid: scheduler.pid, workerPids, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One process of the command line. Stays in the process group of the bench program, which ends it in any case. */
class CliProcess {
  readonly #child: Deno.ChildProcess;
  /** All that it printed so far. */
  #output = "";
  /** Called at each piece of output, and at its end. */
  #onOutput: () => void = () => undefined;
  #isEnded = false;
  /** Ends with the output. */
  readonly #drained: Promise<void>;

  constructor(args: readonly string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-lock", CLI, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#drained = this.#drain();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What the first group of `banner` matches in the output, as soon as it does. */
  waitFor(banner: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#onOutput = () => {
        const found = banner.exec(this.#output)?.[1];
        if (found !== undefined) resolve(found);
        else if (this.#isEnded) {
          reject(new Error(`Cannot start cluster: no ${banner} in ${Deno.inspect(this.#output)}`));
        }
      };
      this.#onOutput();
    });
  }

  /** Asks it to end, and kills it when it does not. */
  async close(): Promise<void> {
    if (!this.#isEnded) this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), GRACE_MS);
    await this.#child.status;
    clearTimeout(timer);
    await this.#drained;
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Reads on after the banner too: a full pipe would stop the process. */
  async #drain(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#output += text;
      this.#onOutput();
    }
    this.#isEnded = true;
    this.#onOutput();
  }
}
