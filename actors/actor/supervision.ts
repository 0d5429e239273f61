/** What a failure does to an actor, decided by data. @module */

/** Which children restart when one of them does: that one, all, or that one and those started after it. */
export type ChildrenPolicy = "one-for-one" | "one-for-all" | "rest-for-one";

/** What a failure does. */
export interface SupervisionPolicy {
  /** What happens to the actor itself. */
  readonly onFailure: "restart" | "stop" | "resume" | "escalate";
  /** Restarts allowed within `withinMs`; one more escalates. */
  readonly maxRestarts: number;
  /** Length of the window. */
  readonly withinMs: number;
  /** First pause before a restart; doubles with each restart in the window. */
  readonly backoffMs: number;
}

/** An actor of a system, for those who supervise it. */
export interface Supervised {
  /** Restarts it because of another's failure: that counts for no one's window. */
  restart(): void;
  /** It stands in for an actor elsewhere, which was restarted there: that counts as if it had been here. */
  restartedThere(error: Error): void;
}

/** The policy used unless told otherwise: one restart in five seconds. */
export const DEFAULT_SUPERVISION: SupervisionPolicy = {
  onFailure: "restart",
  maxRestarts: 1,
  withinMs: 5_000,
  backoffMs: 0,
};

/** What to do about one failure. */
export type FailureDecision =
  | { readonly type: "restart"; readonly afterMs: number }
  | { readonly type: "resume" }
  | { readonly type: "stop" }
  | { readonly type: "escalate" };

/**
 * Decides about one failure. Immutable: gives the restarts to remember with the decision.
 *
 * @param policy What the owner wants.
 * @param restartsMs When this actor was restarted lately.
 * @param nowMs When it failed.
 */
export function decideFailure(
  policy: SupervisionPolicy,
  restartsMs: readonly number[],
  nowMs: number,
): [restartsMs: readonly number[], decision: FailureDecision] {
  if (policy.onFailure !== "restart") return [restartsMs, { type: policy.onFailure }];
  const recent = restartsMs.filter((atMs) => nowMs - atMs < policy.withinMs);
  if (recent.length >= policy.maxRestarts) return [recent, { type: "escalate" }];
  const afterMs = policy.backoffMs === 0 ? 0 : policy.backoffMs * 2 ** recent.length;
  return [[...recent, nowMs], { type: "restart", afterMs }];
}
