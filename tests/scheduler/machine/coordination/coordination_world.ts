/** A coordination machine with hands: validates after every event, and checks that claims are held exactly for what is inside. */
import { assertEquals } from "@std/assert";
import type { CoordinationRequest } from "../../../../actors/protocol/coordination.ts";
import type { TaskKey } from "../../../../actors/protocol/task.ts";
import { coordinate } from "../../../../actors/scheduler/machine/coordination/coordinate.ts";
import type { CoordinationEffect } from "../../../../actors/scheduler/machine/coordination/effect.ts";
import type { CoordinationEvent } from "../../../../actors/scheduler/machine/coordination/event.ts";
import { CoordinationState } from "../../../../actors/scheduler/machine/coordination/state.ts";
import { claimsOf, validateCoordination } from "../../../../actors/scheduler/machine/coordination/validate.ts";

export class CoordinationWorld {
  readonly state: CoordinationState = new CoordinationState();
  /** What was answered, as `client.ackId: what`. */
  readonly answers: string[] = [];
  /** What runs held at their end. */
  readonly freed: string[] = [];
  /** Claims by thing. */
  readonly #claims = new Map<string, Map<TaskKey, number>>();
  #lastAckId = 0;

  step(event: CoordinationEvent): CoordinationEffect[] {
    const effects = coordinate(this.state, event);
    for (const effect of effects) this.#note(effect);
    validateCoordination(this.state);
    this.#checkClaims();
    return effects;
  }

  /** A session, or a run of it, asks; gives the id of the request. */
  ask(clientId: string, request: CoordinationRequest, runId?: number): number {
    const ackId = ++this.#lastAckId;
    this.step({ type: "asked", clientId, ackId, runId, request });
    return ackId;
  }

  took(clientId: string, ackId: number, count = 1): void {
    this.step({ type: "taken", clientId, ackId, count });
  }

  giveUp(clientId: string, ackId: number): void {
    this.step({ type: "given-up", clientId, ackId });
  }

  endSession(clientId: string): void {
    this.step({ type: "session-ended", clientId });
  }

  endRun(runId: number, isDead = false): void {
    this.step({ type: "run-ended", runId, isDead });
  }

  /** What was answered since the last call. */
  heard(): string[] {
    return this.answers.splice(0);
  }

  /** The claims of a thing: keys as often as they are held. */
  claims(id: string): TaskKey[] {
    return [...this.#claims.get(id) ?? []].flatMap(([key, count]) => Array.from({ length: count }, () => key)).sort();
  }

  #note(effect: CoordinationEffect): void {
    switch (effect.type) {
      case "answer-done":
        return void this.answers.push(`${effect.clientId}.${effect.ackId}: done`);
      case "answer-value":
        return void this.answers.push(`${effect.clientId}.${effect.ackId}: ${effect.value}`);
      case "hand-over":
        return void this.answers.push(`${effect.clientId}.${effect.ackId}: [${effect.items.join(" ")}]`);
      case "send-item":
        return void this.answers.push(`${effect.clientId}.${effect.ackId}: ${String(effect.item)}`);
      case "refuse":
        return void this.answers.push(`${effect.clientId}.${effect.ackId}: ${effect.code}`);
      case "tell-freed":
        return void this.freed.push(`${effect.runId}: ${effect.what}`);
      case "hold-claims":
        return this.#count(effect.id, effect.keys, 1);
      case "drop-claims":
        return this.#count(effect.id, effect.keys, -1);
    }
  }

  #count(id: string, keys: readonly TaskKey[], by: number): void {
    const counts = this.#claims.get(id) ?? new Map<TaskKey, number>();
    this.#claims.set(id, counts);
    for (const key of keys) {
      const count = (counts.get(key) ?? 0) + by;
      if (count < 0) throw new Error(`${id} drops ${key}, which it does not claim`);
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
    }
  }

  #checkClaims(): void {
    for (const id of this.#claims.keys()) {
      const thing = this.state.things.get(id as `queue:${string}`);
      assertEquals(this.claims(id), thing === undefined ? [] : claimsOf(thing).sort(), `claims of ${id}`);
    }
  }
}

export function put(item: string | number, keys: readonly string[] = [], maxSize?: number): CoordinationRequest {
  return { type: "queue-put", name: "q", maxSize, item, keys };
}

export function get(count = 1, maxSize?: number): CoordinationRequest {
  return { type: "queue-get", name: "q", maxSize, count };
}

export function acquire(...names: string[]): CoordinationRequest {
  return { type: "lock-acquire", names, count: names.length };
}

export function publish(item: string, keys: readonly string[] = []): CoordinationRequest {
  return { type: "topic-publish", name: "t", item, keys };
}

export function subscribe(
  capacity: number,
  overflow: "wait" | "reject" | "drop-oldest" = "wait",
  capacityBytes?: number,
): CoordinationRequest {
  return { type: "topic-subscribe", name: "t", capacity, capacityBytes, overflow };
}
