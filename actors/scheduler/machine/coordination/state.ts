/** All that the scheduler knows of shared things, and what every topic file needs. @module */
import type { ErrorCode } from "../../../base/errors.ts";
import type { ThingId } from "../../../protocol/coordination.ts";
import type { ClientId, RunId, TaskKey } from "../../../protocol/task.ts";
import type { CoordinationEffect } from "./effect.ts";
import type { Asker, AskRecord, SessionRecord, Thing } from "./records.ts";

/** All that the scheduler knows of shared things. Changed in place by `coordinate()`, its sole owner. */
export class CoordinationState {
  /** Things that somebody has an object of, or that something is in. */
  readonly things: Map<ThingId, Thing> = new Map();
  /** Sessions that have asked for something. */
  readonly sessions: Map<ClientId, SessionRecord> = new Map();
  /** What runs wait for or hold. */
  readonly runs: Map<RunId, Set<AskRecord>> = new Map();
  /** Things that may be idle now: looked at when the event in hand is over. */
  readonly touched: Set<Thing> = new Set();
  /** Effects of the event in hand. */
  effects: CoordinationEffect[] = [];
}

/** Notes a request that waits or holds something. */
export function beginAsk(state: CoordinationState, ask: AskRecord): void {
  const { session, ackId, runId } = ask.asker;
  session.asks.set(ackId, ask);
  if (runId === undefined) return;
  const asks = state.runs.get(runId);
  if (asks === undefined) state.runs.set(runId, new Set([ask]));
  else asks.add(ask);
}

/** Forgets a request: it is done, or given up. */
export function endAsk(state: CoordinationState, ask: AskRecord): void {
  ask.asker.session.asks.delete(ask.asker.ackId);
  detachAsk(state, ask);
}

/** From now on a request is its session's alone. */
export function detachAsk(state: CoordinationState, ask: AskRecord): void {
  const { runId } = ask.asker;
  if (runId === undefined) return;
  ask.asker.runId = undefined;
  const asks = state.runs.get(runId);
  asks?.delete(ask);
  if (asks?.size === 0) state.runs.delete(runId);
}

/** The thing of this id, made by `create` if it is new; the session has an object of it. */
export function thingOf<T extends Thing>(
  state: CoordinationState,
  session: SessionRecord,
  id: ThingId,
  type: T["type"],
  create: () => T,
): T {
  let thing = state.things.get(id);
  if (thing === undefined) {
    thing = create();
    state.things.set(id, thing);
  }
  thing.sessions.add(session);
  session.things.add(thing);
  if (isOfType<T>(thing, type)) return thing;
  throw new Error(`Broken invariant: ${id} is a ${thing.type}`);
}

/** A request is carried out. */
export function answerDone(state: CoordinationState, { session, ackId }: Asker): void {
  state.effects.push({ type: "answer-done", clientId: session.id, ackId });
}

/** A question is answered. */
export function answerValue(state: CoordinationState, { session, ackId }: Asker, value: number | boolean): void {
  state.effects.push({ type: "answer-value", clientId: session.id, ackId, value });
}

/** A request cannot be carried out. */
export function refuseAsk(
  state: CoordinationState,
  { session, ackId }: Asker,
  code: ErrorCode,
  message: string,
  hint?: string,
): void {
  state.effects.push({ type: "refuse", clientId: session.id, ackId, code, message, hint });
}

/** A thing wants these results, one time more each. */
export function holdKeys(state: CoordinationState, thing: Thing, keys: readonly TaskKey[]): void {
  if (keys.length > 0) state.effects.push({ type: "hold-claims", id: thing.id, keys });
}

/** A thing wants these results one time less. */
export function dropKeys(state: CoordinationState, thing: Thing, keys: readonly TaskKey[]): void {
  if (keys.length > 0) state.effects.push({ type: "drop-claims", id: thing.id, keys });
}

function isOfType<T extends Thing>(thing: Thing, type: T["type"]): thing is T {
  return thing.type === type;
}
