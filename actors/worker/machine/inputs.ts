/** Which worker is asked for what: each missing input stands in the queue of one peer. @module */
import type { TaskKey, WorkerId } from "../../protocol/task.ts";
import { InputRecord, PeerRecord } from "./input_record.ts";
import type { WorkerState } from "./state.ts";

/** Up to this many keys an already chosen peer is taken again, so that few requests carry many keys. */
const STICKY_KEYS_MAX = 64;

/** The record of a result that is wanted and not here, with these holders among those to ask. */
export function wantInput(state: WorkerState, key: TaskKey, holders: readonly WorkerId[]): InputRecord {
  let input = state.inputs.get(key);
  if (input === undefined) {
    input = new InputRecord(key);
    state.inputs.set(key, input);
  }
  for (const id of holders) {
    if (input.holders.includes(id) || input.asked.includes(id)) continue;
    // This worker is no place to ask: the value is not here, which the scheduler must learn.
    if (id === state.options.workerId) input.asked.push(id);
    else input.holders.push(id);
  }
  if (input.phase === "new") input.phase = "blocked";
  if (input.phase === "blocked" && !state.values.has(key)) queueInput(state, input);
  else if (input.phase === "hopeless" && input.holders.length > 0) queueInput(state, input);
  return input;
}

/** Puts an input into the queue of the peer that suits best; it becomes hopeless when nobody is left. */
export function queueInput(state: WorkerState, input: InputRecord): void {
  const peerId = choosePeer(state, input.holders);
  if (peerId === undefined) {
    input.phase = "hopeless";
    state.hopeless.push(input);
    return;
  }
  state.stickyPeerId = peerId;
  queueAt(state, input, peerId);
}

/** Puts an input into the queue of this peer. */
export function queueAt(state: WorkerState, input: InputRecord, peerId: WorkerId): void {
  let peer = state.peers.get(peerId);
  if (peer === undefined) {
    peer = new PeerRecord(peerId);
    state.peers.set(peerId, peer);
  }
  peer.queue.add(input);
  input.phase = "queued";
  input.peerId = peerId;
  state.isFetchDue = true;
}

/** The sticky peer if it is a holder and not too busy, else the holder that is asked for least, the first of equals. */
function choosePeer(state: WorkerState, holders: readonly WorkerId[]): WorkerId | undefined {
  let best: WorkerId | undefined;
  let bestKeys = Infinity;
  for (const id of holders) {
    const peer = state.peers.get(id);
    const keys = peer === undefined ? 0 : peer.queue.size + peer.keyCount;
    if (id === state.stickyPeerId && keys < STICKY_KEYS_MAX) return id;
    if (keys >= bestKeys) continue;
    best = id;
    bestKeys = keys;
  }
  return best;
}

/** Forgets an input. What is in flight for it will find nobody interested. */
export function forgetInput(state: WorkerState, input: InputRecord): void {
  state.inputs.delete(input.key);
  leaveQueue(state, input);
}

/** Takes an input off its peer. */
export function leaveQueue(state: WorkerState, input: InputRecord): void {
  const peer = state.peers.get(input.peerId);
  input.peerId = "";
  input.fetchId = 0;
  if (peer === undefined) return;
  peer.queue.delete(input);
  forgetPeerIfUnused(state, peer);
}

/** Peers are kept only while something is to be had from them. */
export function forgetPeerIfUnused(state: WorkerState, peer: PeerRecord): void {
  if (peer.queue.size > 0 || peer.fetchCount > 0) return;
  if (state.peers.get(peer.id) === peer) state.peers.delete(peer.id);
}
