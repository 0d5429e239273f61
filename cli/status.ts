import type { Client } from "../mod.ts";
import { asksForHelp, type Command, readCommandLine } from "./command.ts";
import { CLIENT_FLAGS, connectTo } from "./connection.ts";
import { EXIT } from "./exit_code.ts";
import { commandHelp } from "./help.ts";

/** `troupe status`. */
export const STATUS_COMMAND: Command<typeof CLIENT_FLAGS> = {
  name: "status",
  summary: "Show the workers of a cluster, what they run and what they hold",
  synopsis: "ADDRESS [FLAGS]",
  flags: CLIENT_FLAGS,
  argumentsMax: 1,
};

/** What is shown of one worker. */
interface WorkerStatus {
  readonly name: string;
  readonly address: string;
  readonly threads: number;
  readonly memoryLimit: number | undefined;
  readonly resources: Readonly<Record<string, number>>;
  readonly running: readonly string[];
  readonly results: number;
  readonly bytes: number;
}

/** Prints how a cluster fares; gives the exit code. */
export async function runStatus(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(STATUS_COMMAND));
    return EXIT.ok;
  }
  const { values, rest: [address] } = readCommandLine(STATUS_COMMAND, args);
  await using client = await connectTo(STATUS_COMMAND, address, values);
  const workers = await readWorkers(client);
  const status = {
    address: client.address,
    dashboardUrl: client.dashboardUrl,
    workers,
    datasets: await client.datasets(),
  };
  console.log(values.json ? JSON.stringify(status, undefined, 2) : table(client, workers));
  return EXIT.ok;
}

async function readWorkers(client: Client): Promise<WorkerStatus[]> {
  const [info, running, held, sizes] = await Promise.all([
    client.schedulerInfo(),
    client.processing(),
    client.hasWhat(),
    client.nbytes(),
  ]);
  return Object.values(info.workers).map(({ name, address, threads, memoryLimit, resources }) => {
    const keys = held[address] ?? [];
    const bytes = keys.reduce((sum, key) => sum + (sizes[key] ?? 0), 0);
    const counts = { running: running[address] ?? [], results: keys.length, bytes };
    return { name, address, threads, memoryLimit, resources, ...counts };
  });
}

function table(client: Client, workers: readonly WorkerStatus[]): string {
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  const rows = [
    ["NAME", "THREADS", "IN HAND", "RESULTS", "BYTES", "ADDRESS"],
    ...workers.map((worker) => [
      worker.name,
      String(worker.threads),
      String(worker.running.length),
      String(worker.results),
      String(worker.bytes),
      worker.address,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd());
  const head = `Scheduler at: ${client.address}, ${workers.length} workers, ${threads} threads`;
  return workers.length === 0 ? head : [head, ...lines].join("\n");
}
