/**
 * What a process holds of the system: threads, child processes, listening ports, temporary files. Counts the whole
 * process, so it is of use only in one that does nothing else: `deno test --parallel` runs all test files in one.
 *
 * @module
 */
import { delay } from "@std/async/delay";

/** What a process holds at one moment. */
export interface Holdings {
  /** Threads that run JavaScript: the names of others come and go with Deno's own pools. */
  readonly threads: number;
  /** Process ids of its children. */
  readonly children: readonly number[];
  /** Ports that it listens on. */
  readonly ports: readonly number[];
  /** Names in the folder for temporary files that look like ours. */
  readonly files: readonly string[];
}

/** How long what was closed may take to be gone. */
const WITHIN_MS = 60_000;
const POLL_MS = 20;
/** Deno names the threads of its own pools; those of workers are called `worker-1`, `worker-2`, ... */
const WORKER_THREAD = /^worker-\d+$/;

/** Looks at this process. Linux only. */
export function takeHoldings(): Holdings {
  return {
    threads:
      list("/proc/self/task").filter((id) => WORKER_THREAD.test(read(`/proc/self/task/${id}/comm`).trim())).length,
    children: list("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === Deno.pid).map(Number),
    ports: listeningPorts(),
    files: list(Deno.env.get("TMPDIR") ?? "/tmp").filter((name) => /troupe/i.test(name)),
  };
}

/** Throws when something is held that was not before, and stays. */
export async function assertNothingLeft(before: Holdings): Promise<void> {
  for (const untilMs = performance.now() + WITHIN_MS;;) {
    const left = differences(before, takeHoldings());
    if (left.length === 0) return;
    if (performance.now() > untilMs) throw new Error(`Left behind: ${left.join(", ")}`);
    await delay(POLL_MS);
  }
}

function differences(before: Holdings, now: Holdings): string[] {
  const threads = now.threads > before.threads ? [`${now.threads - before.threads} threads`] : [];
  return [
    ...threads,
    ...now.children.filter((pid) => !before.children.includes(pid)).map((pid) => `child process ${pid}`),
    ...now.ports.filter((port) => !before.ports.includes(port)).map((port) => `port ${port}`),
    ...now.files.filter((name) => !before.files.includes(name)).map((name) => `file ${name}`),
  ];
}

/** Ports of this process: its sockets, looked up in the tables of the system. */
function listeningPorts(): number[] {
  const inodes = new Set(
    list("/proc/self/fd").map((fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/self/fd/${fd}`))?.[1]),
  );
  return ["/proc/self/net/tcp", "/proc/self/net/tcp6"].flatMap((table) =>
    read(table).split("\n").slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A" && inodes.has(fields[9]))
      .map((fields) => parseInt(fields[1]!.split(":").at(-1)!, 16))
  );
}

/** The fourth field behind the name, which is in parentheses and may hold anything. */
function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function list(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

function read(path: string): string {
  return unlessGone(() => Deno.readTextFileSync(path));
}

function link(path: string): string {
  return unlessGone(() => Deno.readLinkSync(path));
}

/** Processes, threads and files end while we look at them. */
function unlessGone(look: () => string): string {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || /ESRCH|No such process|os error 3\b/.test(String(error))) return "";
    throw error;
  }
}
