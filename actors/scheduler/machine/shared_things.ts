/** Queues, variables, locks and their like, for the scheduler: tells their machine what concerns it, does what it wants. @module */
import { unreachable } from "../../base/assert.ts";
import { describe } from "../../base/errors.ts";
import type { Coordinate } from "../../protocol/coordination.ts";
import type { ClientId } from "../../protocol/task.ts";
import { dropSeeker } from "./actors.ts";
import { dropClaims, holdClaims } from "./claimants.ts";
import { coordinate } from "./coordination/coordinate.ts";
import type { CoordinationEffect } from "./coordination/effect.ts";
import type { CoordinationEvent } from "./coordination/event.ts";
import { CoordinationState } from "./coordination/state.ts";
import { tellClient } from "./outbox.ts";
import type { ClientRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";
import { PROCESSING } from "./transitions.ts";

/** A client asks for something, has received it, or does not want it any more. */
export function coordinateFor(state: SchedulerState, client: ClientRecord, m: Coordinate): void {
  const clientId = client.id;
  switch (m.type) {
    case "coordinate":
      return asked(state, client, m);
    case "took":
      return happened(state, { type: "taken", clientId, ackId: m.ackId, count: m.count });
    case "give-up":
      for (const ackId of m.ackIds) {
        dropSeeker(state, client, ackId);
        happened(state, { type: "given-up", clientId, ackId });
      }
      return;
    case "leave-things":
      for (const id of m.things) happened(state, { type: "thing-left", clientId, id });
      return;
    default:
      return unreachable(m);
  }
}

/** A session is over, or its connection is gone: what it held is free at once, without a time of grace. */
export function freeHeldBySession(state: SchedulerState, clientId: ClientId): void {
  if (state.coordination !== undefined) happened(state, { type: "session-ended", clientId });
}

/** All futures are about to be cancelled: what holds some leaves queues and variables. */
export function dropSharedFutures(state: SchedulerState): void {
  happened(state, { type: "restarted" });
}

/** The claimants that are shared things. */
export function sharedClaimants(state: SchedulerState): ReadonlySet<ClientId> {
  return new Set(state.coordination?.things.keys());
}

/** Runs that held or waited for something have ended in this step. */
export function freeHeldByRuns(state: SchedulerState): void {
  for (const { run, isDead } of state.endedHolders.splice(0)) {
    for (const effect of tell(state, { type: "run-ended", runId: run.id, isDead })) {
      if (effect.type !== "tell-freed") carryOut(state, effect);
      else tellFreed(state, run.key, run.worker.id, `${effect.what} freed: its task ${isDead ? "died" : "ended"}`);
    }
  }
}

function asked(
  state: SchedulerState,
  client: ClientRecord,
  { ackId, run, request }: Extract<Coordinate, { readonly type: "coordinate" }>,
): void {
  const lost = "keys" in request ? request.keys.find((key) => !state.tasks.has(key)) : undefined;
  if (lost !== undefined) {
    const message = `Cannot share future ${describe(lost)}: it is not known any more`;
    const error = state.options.makeError("task/lost", message, "Keep a future until it is inside", { key: lost });
    return tellClient(state, client, { type: "refused", ackId, error });
  }
  state.coordination ??= new CoordinationState();
  // What a task asks for after its end is its session's.
  const runId = run !== undefined && state.runs.has(run) ? run : undefined;
  happened(state, { type: "asked", clientId: client.id, ackId, runId, request });
}

function happened(state: SchedulerState, event: CoordinationEvent): void {
  for (const effect of tell(state, event)) carryOut(state, effect);
}

function tell(state: SchedulerState, event: CoordinationEvent): readonly CoordinationEffect[] {
  return state.coordination === undefined ? [] : coordinate(state.coordination, event);
}

function carryOut(state: SchedulerState, effect: CoordinationEffect): void {
  if (effect.type === "hold-claims") return void holdClaims(state, effect.id, effect.keys);
  if (effect.type === "drop-claims") return dropClaims(state, effect.id, effect.keys);
  if (effect.type === "tell-freed") return; // told where the run is known
  const client = state.clients.get(effect.clientId);
  if (client === undefined) return;
  const { ackId } = effect;
  switch (effect.type) {
    case "answer-done":
      return tellClient(state, client, { type: "done", ackId });
    case "answer-value":
      return tellClient(state, client, { type: "answer", ackId, value: effect.value });
    case "hand-over":
      return tellClient(state, client, { type: "handed", ackId, items: effect.items, isHeld: effect.isHeld });
    case "send-item":
      return tellClient(state, client, { type: "published", ackId, item: effect.item });
    case "refuse": {
      const error = state.options.makeError(effect.code, effect.message, effect.hint);
      return tellClient(state, client, { type: "refused", ackId, error });
    }
    default:
      return unreachable(effect);
  }
}

function tellFreed(state: SchedulerState, key: string, worker: string, what: string): void {
  state.story.write(state.nowMs, key, PROCESSING, PROCESSING, what, worker);
}
