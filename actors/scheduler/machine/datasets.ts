/** Published names: data with futures that outlive who submitted them. @module */
import { describe } from "../../base/errors.ts";
import type { ClusterOrder } from "../../protocol/cluster_order.ts";
import { dropClaims, endClaimant, holdClaims } from "./claimants.ts";
import { tellClient } from "./outbox.ts";
import type { ClientRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";
import { claimKeys } from "./submit.ts";

/** Publishes data under a name. */
export function publish(
  state: SchedulerState,
  client: ClientRecord,
  ackId: number,
  { name, keys, value, replace }: Extract<ClusterOrder, { type: "publish" }>,
): void {
  const older = state.datasets.get(name);
  if (older !== undefined && !replace) {
    const error = state.options.makeError(
      "dataset/exists",
      `Cannot publish ${describe(name)}: the name is taken`,
      "Choose another name, unpublish it first, or pass { replace: true }",
      { name },
    );
    return tellClient(state, client, { type: "refused", ackId, error });
  }
  const unknown = keys.find((key) => !state.tasks.has(key));
  if (unknown !== undefined) {
    const message = `Cannot publish ${describe(name)}: future ${describe(unknown)} is not known any more`;
    const error = state.options.makeError("task/lost", message, undefined, { name, key: unknown });
    return tellClient(state, client, { type: "refused", ackId, error });
  }
  // The new claims first: what is in both is never without one.
  holdClaims(state, claimantOf(name), keys);
  if (older !== undefined) dropClaims(state, claimantOf(name), older.keys);
  state.datasets.set(name, { keys, value });
  tellClient(state, client, { type: "done", ackId });
}

/** Forgets a published name, if there is one. */
export function unpublish(state: SchedulerState, client: ClientRecord, ackId: number, name: string): void {
  state.datasets.delete(name);
  endClaimant(state, claimantOf(name));
  tellClient(state, client, { type: "done", ackId });
}

/** A client asks for what was published: it claims the futures from now on, so that nothing can come between. */
export function giveDataset(state: SchedulerState, client: ClientRecord, ackId: number, name: string): void {
  const dataset = state.datasets.get(name);
  if (dataset === undefined) {
    const message = `Cannot get dataset ${describe(name)}: nothing is published under this name`;
    const error = state.options.makeError("dataset/not-found", message, "client.datasets() lists the names", { name });
    return tellClient(state, client, { type: "refused", ackId, error });
  }
  claimKeys(state, client, dataset.keys);
  tellClient(state, client, { type: "answer", ackId, value: [dataset.value] });
}

/** Forgets all published names. */
export function forgetDatasets(state: SchedulerState): void {
  for (const name of state.datasets.keys()) endClaimant(state, claimantOf(name));
  state.datasets.clear();
}

function claimantOf(name: string): string {
  return `dataset:${name}`;
}
