/** What is typed into two terminals: `troupe scheduler`, and `troupe worker ADDRESS`. */
const COMMAND_LINE = new URL("../../cli/main.ts", import.meta.url);

/** A scheduler and a worker, each a process of its own, started from the command line. */
export class StartedByHand implements AsyncDisposable {
  /** Where the scheduler is. */
  readonly address: string;
  readonly #processes: readonly Deno.ChildProcess[];

  private constructor(address: string, processes: readonly Deno.ChildProcess[]) {
    this.address = address;
    this.#processes = processes;
  }

  /** Starts both; resolves when the worker is registered. Shows what they print. */
  static async start(threads: number): Promise<StartedByHand> {
    const scheduler = run("scheduler", "--port", "0", "--no-dashboard");
    const address = await lineOf(scheduler, "scheduler", "Scheduler at: ");
    const worker = run("worker", address, "--nthreads", String(threads));
    await lineOf(worker, "worker", "Registered to: ");
    return new StartedByHand(address, [worker, scheduler]);
  }

  /** Ctrl-C in both terminals, the worker's first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) {
      process.kill("SIGINT");
      await process.status;
    }
  }
}

function run(...args: string[]): Deno.ChildProcess {
  console.log(`$ troupe ${args.join(" ")}`);
  const command = ["run", "-A", COMMAND_LINE.href, ...args];
  return new Deno.Command(Deno.execPath(), { args: command, stdin: "null", stdout: "piped" }).spawn();
}

/** Shows the lines of a process; what follows `start` in the first line that begins so. */
function lineOf(process: Deno.ChildProcess, name: string, start: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const show = async () => {
    let rest = "";
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        console.log(`  ${name}: ${line}`);
        if (line.startsWith(start)) resolve(line.slice(start.length));
      }
    }
    reject(new Error(`The ${name} ended without a line "${start}..."`));
  };
  show().catch(reject);
  return promise;
}
