/** What clients want done with the cluster as a whole. @module */
import { unreachable } from "../../base/assert.ts";
import type { ClusterOrder } from "../../protocol/cluster_order.ts";
import { giveDataset, publish, unpublish } from "./datasets.ts";
import { rebalance } from "./rebalancing.ts";
import type { ClientRecord } from "./records.ts";
import { replicate } from "./replication.ts";
import { restart } from "./restarting.ts";
import { retireWorkers } from "./retirement.ts";
import type { SchedulerState } from "./state.ts";

/** Carries out an order of a client, or begins to. It is answered once: by `done`, `answer` or `refused`. */
export function carryOut(state: SchedulerState, client: ClientRecord, ackId: number, order: ClusterOrder): void {
  switch (order.type) {
    case "publish":
      return publish(state, client, ackId, order);
    case "unpublish":
      return unpublish(state, client, ackId, order.name);
    case "give-dataset":
      return giveDataset(state, client, ackId, order.name);
    case "replicate":
      return replicate(state, client, ackId, order);
    case "rebalance":
      return rebalance(state, client, ackId, order);
    case "retire-workers":
      return retireWorkers(state, client, ackId, order);
    case "restart":
      return restart(state, client, ackId);
    default:
      return unreachable(order);
  }
}
