/** What happens to the things that a cluster shares. Past tense. @module */
import type { CoordinationRequest, ThingId } from "../../../protocol/coordination.ts";
import type { ClientId, RunId } from "../../../protocol/task.ts";

/** Something that has happened. */
export type CoordinationEvent =
  /** A session asked for something; `runId` is that of the run that asks, while it goes on. */
  | {
    readonly type: "asked";
    readonly clientId: ClientId;
    readonly ackId: number;
    readonly runId: RunId | undefined;
    readonly request: CoordinationRequest;
  }
  /** What was handed over has arrived: the oldest `count` items of a subscription, else all. */
  | { readonly type: "taken"; readonly clientId: ClientId; readonly ackId: number; readonly count: number }
  /** A session gave something up: its place in line, what was handed over, a lease, a subscription. */
  | { readonly type: "given-up"; readonly clientId: ClientId; readonly ackId: number }
  /** A session has no object of this thing any more. */
  | { readonly type: "thing-left"; readonly clientId: ClientId; readonly id: ThingId }
  /** A session is over, or its connection is gone. */
  | { readonly type: "session-ended"; readonly clientId: ClientId }
  /** A run is over. `isDead`: with whoever ran it. */
  | { readonly type: "run-ended"; readonly runId: RunId; readonly isDead: boolean }
  /** The cluster begins anew: all futures are cancelled. */
  | { readonly type: "restarted" };
