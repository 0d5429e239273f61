/** What is to be done for the things that a cluster shares. Imperative. @module */
import type { ErrorCode } from "../../../base/errors.ts";
import type { ThingId } from "../../../protocol/coordination.ts";
import type { Packed } from "../../../protocol/packed.ts";
import type { ClientId, RunId, TaskKey } from "../../../protocol/task.ts";

/** Something to do now, in the order given. */
export type CoordinationEffect =
  /** A request is carried out. */
  | { readonly type: "answer-done"; readonly clientId: ClientId; readonly ackId: number }
  /** A question is answered. */
  | {
    readonly type: "answer-value";
    readonly clientId: ClientId;
    readonly ackId: number;
    readonly value: number | boolean;
  }
  /** Items for who asked. `isHeld`: they are kept until `taken`. */
  | {
    readonly type: "hand-over";
    readonly clientId: ClientId;
    readonly ackId: number;
    readonly items: readonly Packed[];
    readonly isHeld: boolean;
  }
  /** An item for a subscription. */
  | { readonly type: "send-item"; readonly clientId: ClientId; readonly ackId: number; readonly item: Packed }
  /** A request cannot be carried out. */
  | {
    readonly type: "refuse";
    readonly clientId: ClientId;
    readonly ackId: number;
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint: string | undefined;
  }
  /** The thing wants these results. Counted: as many times as here. */
  | { readonly type: "hold-claims"; readonly id: ThingId; readonly keys: readonly TaskKey[] }
  /** The thing wants these results one time less. */
  | { readonly type: "drop-claims"; readonly id: ThingId; readonly keys: readonly TaskKey[] }
  /** A run ended without giving back what it held: tell it in the task's story. */
  | { readonly type: "tell-freed"; readonly runId: RunId; readonly what: string };
