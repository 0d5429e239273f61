/** Getting inputs from other workers: each wanted key once, many keys per request. @module */
import { describe } from "../../base/errors.ts";
import type { TaskKey, WorkerId } from "../../protocol/task.ts";
import type { WorkerEvent } from "./event.ts";
import { runsBehind } from "./actor_homes.ts";
import type { InputRecord, PeerRecord } from "./input_record.ts";
import { forgetInput, forgetPeerIfUnused, leaveQueue, queueAt, queueInput, wantInput } from "./inputs.ts";
import type { RunRecord } from "./run_record.ts";
import { endRun, giveBackCalls } from "./runs.ts";
import type { WorkerState } from "./state.ts";
import { dropStray, storeValue } from "./values.ts";

/** Requests in flight in all: enough to keep a network card busy, few enough to bound what arrives at once. */
export const FETCHES_MAX = 8;
/** Requests in flight per peer: the next is on its way while one is answered. */
export const FETCHES_PER_PEER_MAX = 2;
/** Keys per request. Sizes are unknown here: the peer answers as many as it wants, the rest is asked for again. */
export const KEYS_PER_FETCH_MAX = 256;

/** Sends what requests there can be. */
export function sendFetches(state: WorkerState): void {
  if (!state.isFetchDue) return;
  state.isFetchDue = false;
  for (const peer of state.peers.values()) {
    while (peer.queue.size > 0 && peer.fetchCount < FETCHES_PER_PEER_MAX) {
      if (state.fetches.size >= FETCHES_MAX) return;
      sendFetch(state, peer);
    }
  }
}

function sendFetch(state: WorkerState, peer: PeerRecord): void {
  const fetchId = ++state.lastFetchId;
  const inputs: InputRecord[] = [];
  const keys: TaskKey[] = [];
  for (const input of peer.queue) {
    if (keys.length === KEYS_PER_FETCH_MAX) break;
    peer.queue.delete(input);
    input.phase = "in-flight";
    input.fetchId = fetchId;
    inputs.push(input);
    keys.push(input.key);
  }
  peer.fetchCount++;
  peer.keyCount += keys.length;
  state.fetches.set(fetchId, { peer, inputs });
  state.outbox.fetch(fetchId, peer.id, keys);
}

/** A peer has answered, or could not be reached. */
export function fetchAnswered(state: WorkerState, event: Extract<WorkerEvent, { type: "fetch-answered" }>): void {
  const request = state.fetches.get(event.fetchId);
  for (const { key, bytes, valueType } of event.found) {
    if (!wantsFetched(state, event.fetchId, key)) {
      dropStray(state, key);
      continue;
    }
    storeValue(state, key, bytes, valueType);
    state.outbox.tellScheduler({ type: "stored", key, bytes, valueType });
  }
  if (request === undefined) return;
  state.fetches.delete(event.fetchId);
  request.peer.fetchCount--;
  request.peer.keyCount -= request.inputs.length;
  state.isFetchDue = true;
  const missing = new Set(event.missing);
  const isPartial = event.reachable && event.found.length + event.missing.length > 0;
  for (const input of request.inputs) {
    // It came another way, or nobody wants it any more; a new wish has a new record.
    if (state.inputs.get(input.key) !== input) continue;
    input.fetchId = 0;
    if (isPartial && !missing.has(input.key) && input.holders.includes(request.peer.id)) {
      queueAt(state, input, request.peer.id);
    } else {
      askNext(state, input, request.peer.id);
    }
  }
  forgetPeerIfUnused(state, request.peer);
}

/** Whether a value found by this request is still wanted; if not, the shell need not store it. */
export function wantsFetched(state: WorkerState, fetchId: number, key: TaskKey): boolean {
  return state.inputs.get(key)?.fetchId === fetchId;
}

/** This worker does not have it, or cannot be reached: the next holder is asked. */
function askNext(state: WorkerState, input: InputRecord, inVain: WorkerId): void {
  input.holders = input.holders.filter((id) => id !== inVain);
  if (!input.asked.includes(inVain)) input.asked.push(inVain);
  leaveQueue(state, input);
  queueInput(state, input);
}

/** The scheduler wants copies of these results here. */
export function replicate(
  state: WorkerState,
  keys: readonly TaskKey[],
  holders: readonly (readonly WorkerId[])[],
): void {
  for (const [i, key] of keys.entries()) {
    const value = state.values.get(key);
    // What is here was told when it came. Told again, it could cross with a `free` that follows upon the first word.
    if (value !== undefined && !value.isFreed) continue;
    wantInput(state, key, holders[i] ?? []).isReplica = true;
  }
}

/** A worker is gone: nothing more is asked of it. What is in flight there comes back as unreachable. */
export function forgetHolder(state: WorkerState, gone: WorkerId): void {
  for (const input of state.inputs.values()) {
    if (input.phase === "queued" && input.peerId === gone) askNext(state, input, gone);
    else if (input.phase !== "in-flight" || input.peerId !== gone) {
      input.holders = input.holders.filter((id) => id !== gone);
    }
  }
}

/** Gives back the runs whose inputs can be had from nobody. */
export function giveBackHopeless(state: WorkerState): void {
  const lost: Map<RunRecord, InputRecord[]> = new Map();
  while (state.hopeless.length > 0) {
    const inputs = state.hopeless;
    state.hopeless = [];
    for (const input of inputs) {
      if (state.inputs.get(input.key) !== input || input.phase !== "hopeless") continue;
      if (input.isReplica) tellCopyFailed(state, input);
      input.isReplica = false;
      for (const run of input.waiters) {
        const other = lost.get(run);
        if (other === undefined) lost.set(run, [input]);
        else other.push(input);
      }
      if (input.waiters.size === 0) forgetInput(state, input);
    }
    for (const [run, missing] of lost) tellMissing(state, run, missing);
    lost.clear();
  }
}

function tellMissing(state: WorkerState, run: RunRecord, inputs: readonly InputRecord[]): void {
  const from = new Set<WorkerId>();
  for (const input of inputs) for (const id of input.asked) from.add(id);
  const keys = inputs.map((input) => input.key);
  const behind = runsBehind(state, run);
  state.outbox.tellScheduler({ type: "missing-inputs", runId: run.runId, keys, from: [...from] });
  endRun(state, run);
  giveBackCalls(state, behind);
}

function tellCopyFailed(state: WorkerState, input: InputRecord): void {
  const asked = input.asked.length === 0 ? "no worker has it" : `asked ${input.asked.join(", ")} in vain`;
  state.outbox.log("warning", `Cannot copy result ${describe(input.key)}: ${asked}`);
  state.outbox.tellScheduler({ type: "copy-failed", keys: [input.key], from: input.asked });
}
