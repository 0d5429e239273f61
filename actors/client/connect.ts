/** Opens sessions: the forms of `Client.connect`. @module */
import { processCore } from "../actor/process_core.ts";
import { keepingAlive } from "../base/keep_alive.ts";
import { Capturer } from "../code/capture.ts";
import { Reviver } from "../code/revive.ts";
import { type Cluster, doorOf, RemoteCluster } from "./cluster_handle.ts";
import {
  type ConnectOptions,
  type ConnectTarget,
  type LocalClusterOptions,
  readConnectTarget,
} from "./connect_options.ts";
import { credentialsOf } from "../actor/credentials.ts";
import { refuseAtImport } from "./defaults.ts";
import { loadLibrary } from "./library.ts";
import { printOutput, printWarning } from "./printed_output.ts";
import { dialScheduler } from "./remote_scheduler.ts";
import type { Session } from "./session.ts";
import { linkSession } from "./session_link.ts";
import type { WaitOptions } from "./waiting.ts";

/** An open session and the cluster behind it. */
export interface OpenedSession {
  /** Welcomed by the scheduler. */
  readonly session: Session;
  /** The cluster. */
  readonly cluster: Cluster;
  /** Whether the cluster was started for this session, and ends with it. */
  readonly owned: boolean;
}

/** What starts local clusters: it stands above this file. */
interface LocalClusterModule {
  readonly LocalCluster: { start(options: LocalClusterOptions): Promise<Cluster> };
}

/** Functions on their way, out and in. */
interface CodeTools {
  readonly capturer: Capturer;
  readonly reviver: Reviver;
}

/** Names the scheduler of programs that say nothing themselves. */
const ADDRESS_VARIABLE = "TROUPE_SCHEDULER_ADDRESS";
/** Its secret. */
const TOKEN_VARIABLE = "TROUPE_SCHEDULER_TOKEN";

/**
 * Opens a session.
 *
 * @param target Address, cluster, options of a new local cluster, or nothing.
 * @param options Options for an address or a cluster.
 * @param library Troupe's own exports by name, which functions may use.
 */
export async function openSession(
  target: unknown,
  options: unknown,
  library: Readonly<Record<string, unknown>>,
): Promise<OpenedSession> {
  const asked = readConnectTarget(target, options);
  refuseAtImport("connect");
  return await keepingAlive(() => open(asked, library));
}

async function open(asked: ConnectTarget, library: Readonly<Record<string, unknown>>): Promise<OpenedSession> {
  const code: CodeTools = {
    capturer: new Capturer(library, printWarning),
    reviver: new Reviver({ library, loadLibrary }),
  };
  await code.capturer.prepareIfNeeded();
  switch (asked.kind) {
    case "default":
      return await openDefault(code);
    case "address":
      return await openRemote(asked.address, asked.options, code);
    case "cluster":
      return await openCluster(asked.cluster, asked.options, code);
    case "local":
      return await openLocal(asked.options, code);
  }
}

async function openDefault(code: CodeTools): Promise<OpenedSession> {
  const address = environment(ADDRESS_VARIABLE);
  if (address === undefined) return await openLocal({}, code);
  const token = environment(TOKEN_VARIABLE);
  return await openRemote(address, token === undefined ? {} : { token }, code);
}

/** A variable, if there is permission to read it: asking would stop a program that never heard of it. */
function environment(variable: string): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return undefined;
  return Deno.env.get(variable) || undefined;
}

async function openLocal(
  options: LocalClusterOptions & WaitOptions,
  code: CodeTools,
): Promise<OpenedSession> {
  // By URL: a program that only connects to a running cluster, as every executor does, never loads a scheduler.
  const { LocalCluster }: LocalClusterModule = await import(import.meta.resolve("../cluster/local_cluster.ts"));
  const { timeoutMs: _timeoutMs, signal: _signal, ...clusterOptions } = options;
  const cluster = await LocalCluster.start(clusterOptions);
  try {
    const { session } = await openCluster(cluster, options.name === undefined ? {} : { name: options.name }, code);
    return { session, cluster, owned: true };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

async function openCluster(cluster: Cluster, options: ConnectOptions, code: CodeTools): Promise<OpenedSession> {
  const door = doorOf(cluster);
  if (door === undefined) return { ...await openRemote(cluster.address, options, code), cluster };
  const session = linkSession(door.core, {
    schedulerId: door.schedulerId,
    ...code,
    print: printOutput,
    onDisconnected: () => Promise.resolve(),
  });
  await session.begin(options.name ?? "client", 0);
  return { session, cluster, owned: false };
}

async function openRemote(address: string, options: ConnectOptions, code: CodeTools): Promise<OpenedSession> {
  const core = processCore({
    name: options.name ?? "client",
  });
  core.dialer.role = "client";
  core.dialer.credentials = credentialsOf(options);
  try {
    const schedulerId = await dialScheduler(core, address, { timeoutMs: options.timeoutMs, signal: options.signal });
    const onDisconnected = () => core.close();
    // Its workers may be anywhere. Those of a cluster in this process import what this program imports.
    code.capturer.shipModules();
    const session = linkSession(core, { schedulerId, ...code, print: printOutput, onDisconnected });
    await session.begin(options.name ?? "client", 0);
    return { session, cluster: new RemoteCluster(session.address, session.dashboardUrl), owned: false };
  } catch (error) {
    await core.close();
    throw error;
  }
}
