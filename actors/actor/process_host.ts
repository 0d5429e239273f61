/**
 * A child process that hosts actors: a Deno behind one entry file, linked to its parent over loopback TCP. It ends when
 * the link ends, ignores SIGINT (its parent closes it), and gets no permission that its parent lacks.
 *
 * @module
 */
import { troupeError } from "../base/errors.ts";
import type { Connection } from "../transport/connection.ts";
import { listenSocket } from "../transport/listener.ts";
import { childConfigFlags, isLockRefusal, toPath } from "./child_config.ts";
import { childPermissionFlags } from "./child_permissions.ts";
import { type Host, type HostedSpec, type HostExit, spawnInHost } from "./host.ts";
import { LineReader } from "./line_reader.ts";
import type { Ref } from "./ref.ts";
import type { SystemCore } from "./system_core.ts";

/** Options of a process host. */
export interface ProcessHostOptions {
  /** For messages about it. */
  readonly name: string;
  /** Hears each line that the process prints by itself. */
  readonly onLine?: (line: string) => void;
}

/** What a process reads from its standard input at its start. */
export interface ProcessBirth {
  /** Where its parent waits for it. */
  readonly address: string;
  /** What it must say there. */
  readonly token: string;
  /** Its own system id. */
  readonly id: string;
  /** For messages about it. */
  readonly name: string;
  /** Where the parent's system listens; "" when it does not. */
  readonly parentContact: string;
}

/** A process host. */
export interface ProcessHost extends Host {
  /** Its process id. */
  readonly pid: number;
}

/** Lines kept for the death record. */
const LAST_LINES = 20;

/** Starts a process; resolves when it is linked. Rejects with what it printed when it ends before. */
export async function startProcessHost(core: SystemCore, options: ProcessHostOptions): Promise<ProcessHost> {
  let isLockRefused = false;
  const onLine = (line: string) => {
    isLockRefused ||= isLockRefusal(line);
    options.onLine?.(line);
  };
  const started = await startOnce(core, { ...options, onLine }, true);
  if (!("reason" in started)) return started;
  const again = isLockRefused ? await startOnce(core, options, false) : started;
  if (!("reason" in again)) return again;
  throw troupeError("client/unreachable", `Cannot start process "${options.name}": it ${again.reason}`, {
    hint: again.lastLines.join("\n") || undefined,
    details: { ...again },
  });
}

/** Gives the host, or how the process ended before it was linked. */
async function startOnce(
  core: SystemCore,
  options: ProcessHostOptions,
  usesLock: boolean,
): Promise<ProcessHost | HostExit> {
  const id = core.world.random.text(12);
  const token = core.world.random.text(32);
  const linked = Promise.withResolvers<Connection>();
  const listener = listenSocket(
    "tcp://127.0.0.1:0",
    { ...core.world, hello: { role: "parent", system: core.id, address: core.contact, token } },
    (connection, hello) => {
      if (hello.system === id) linked.resolve(connection);
      else connection.abort(troupeError("link/down", "Cannot link: another process was expected"));
    },
  );
  try {
    const child = startChild(usesLock);
    const exited = watchChild(child, options);
    await sayBirth(child, {
      address: listener.address,
      token,
      id,
      name: options.name,
      parentContact: core.contact,
    });
    const first = await Promise.race([linked.promise, exited]);
    if ("reason" in first) return first;
    core.attach(first, { system: id, contact: "", isGateway: false, isHost: true });
    return hostOf(core, id, child, exited);
  } finally {
    await listener.close();
  }
}

function startChild(usesLock: boolean): Deno.ChildProcess {
  const entry = new URL("./process_entry.ts", import.meta.url);
  const folder = entry.protocol === "file:" ? toPath(new URL("../../", entry)) : "";
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      ...childConfigFlags(mainModule(), usesLock),
      ...childPermissionFlags(folder),
      entry.protocol === "file:" ? toPath(entry) : entry.href,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  child.unref();
  return child;
}

/** The main module; undefined in a thread, and where we may not know it. */
function mainModule(): string | undefined {
  return Deno.mainModule || undefined;
}

async function sayBirth(child: Deno.ChildProcess, birth: ProcessBirth): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(`${JSON.stringify(birth)}\n`));
    await writer.close();
  } catch {
    // It ended at once: its exit tells why.
  }
}

function hostOf(core: SystemCore, id: string, child: Deno.ChildProcess, exited: Promise<HostExit>): ProcessHost {
  return {
    system: id,
    pid: child.pid,
    exited,
    spawn: <M, R>(spec: HostedSpec<M, R>): Promise<Ref<M, R>> => spawnInHost(core, id, spec),
    async terminate() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        // Gone already.
        if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
      }
      return await exited;
    },
  };
}

async function watchChild(child: Deno.ChildProcess, options: ProcessHostOptions): Promise<HostExit> {
  const lastLines: string[] = [];
  const onLine = (line: string) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    options.onLine?.(line);
  };
  const readers = [new LineReader(child.stdout, onLine), new LineReader(child.stderr, onLine)];
  const { code, signal } = await child.status;
  await Promise.all(readers.map((reader) => reader.done));
  const reason = reasonOf(code, signal, lastLines);
  return { reason, exitCode: code, signal: signal ?? undefined, lastLines };
}

/** V8 aborts a process that runs out of heap; only what it printed tells that from another abort. */
function reasonOf(code: number, signal: string | null, lastLines: readonly string[]): string {
  if (lastLines.some((line) => /out of memory|Last few GCs/i.test(line))) return "ran out of memory";
  return signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
}
