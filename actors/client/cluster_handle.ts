/** The cluster behind a client, as its users see it. @module */
import type { SystemCore } from "../actor/system_core.ts";
import { describe, troupeError } from "../base/errors.ts";
import type { WaitOptions } from "./waiting.ts";

/** Workers and their scheduler, started by this program. */
export interface Cluster extends AsyncDisposable {
  /** The scheduler's address. */
  readonly address: string;
  /** The dashboard's page; undefined without a dashboard. */
  readonly dashboardUrl: string | undefined;
  /** Asks for this many workers; resolves when they are there, or gone. */
  scale(workers: number, wait?: WaitOptions): Promise<void>;
  /** Lets the load choose the number of workers; `scale` ends it. */
  adapt(options: AdaptOptions): Promise<void>;
  /** Stops workers and scheduler. */
  close(wait?: WaitOptions): Promise<void>;
}

/** Options of adaptive scaling. */
export interface AdaptOptions {
  /** Fewest workers. Default: 0. */
  minimum?: number;
  /** Most workers. */
  maximum: number;
  /** Time between decisions, in milliseconds. Default: 1,000. */
  intervalMs?: number;
}

/** How a cluster of this very thread lets clients in without a socket. */
export const CLUSTER_DOOR: unique symbol = Symbol.for("troupe.cluster-door");

/** What is behind {@linkcode CLUSTER_DOOR}. */
export interface ClusterDoor {
  /** The system that scheduler and workers live in. */
  readonly core: SystemCore;
  /** Full address of the scheduler. */
  readonly schedulerId: string;
}

/** The door of a cluster, if it has one. */
export function doorOf(cluster: Cluster): ClusterDoor | undefined {
  const door: unknown = Reflect.get(cluster, CLUSTER_DOOR);
  return typeof door === "object" && door !== null ? door as ClusterDoor : undefined;
}

/** A cluster that somebody else started: known by its address, managed by nobody here. */
export class RemoteCluster implements Cluster {
  /** The scheduler's address. */
  readonly address: string;
  /** The dashboard's page; undefined without a dashboard. */
  readonly dashboardUrl: string | undefined;

  /** The cluster at this address. */
  constructor(address: string, dashboardUrl: string | undefined) {
    this.address = address;
    this.dashboardUrl = dashboardUrl;
  }

  /** Rejects with `cluster/not-managed`. */
  scale(_workers: number, _wait?: WaitOptions): Promise<void> {
    return Promise.reject(this.#refusal("scale"));
  }

  /** Rejects with `cluster/not-managed`. */
  adapt(_options: AdaptOptions): Promise<void> {
    return Promise.reject(this.#refusal("adapt"));
  }

  /** Rejects with `cluster/not-managed`. */
  close(_wait?: WaitOptions): Promise<void> {
    return Promise.reject(this.#refusal("close"));
  }

  /** Nothing is held. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #refusal(action: string): Error {
    const message = `Cannot ${action} cluster: ${describe(this.address)} was not started by this program`;
    const hint = "Start workers there; client.shutdown() stops scheduler and workers";
    return troupeError("cluster/not-managed", message, { hint });
  }
}
