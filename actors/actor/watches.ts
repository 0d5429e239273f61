/** Who wants to know when an actor ends. @module */
import type { ActorAddress, SystemId } from "./actor_address.ts";
import type { DownNotice } from "./conversation.ts";

/** Our watch of an actor. */
interface Watch {
  /** The actor watched. */
  readonly address: ActorAddress;
  /** Hears of its end, once. */
  readonly callback: (notice: DownNotice) => void;
}

/** Another system's watch of one of our actors. */
interface Watcher {
  /** The system to tell. */
  readonly system: SystemId;
  /** Its id of the watch. */
  readonly watchId: number;
}

/** Watches held here, of actors here and elsewhere, and watches by other systems of actors here. */
export class Watches {
  #watches = new Map<number, Watch>();
  /** Ids of watches by watched actor, as `name#system`. */
  #byActor = new Map<string, Set<number>>();
  /** Watchers elsewhere, by name of the actor here. */
  #watchers = new Map<string, Watcher[]>();
  #lastId = 0;

  /** Adds a watch of ours; gives its id. */
  add(address: ActorAddress, callback: (notice: DownNotice) => void): number {
    const watchId = ++this.#lastId;
    this.#watches.set(watchId, { address, callback });
    const key = keyOf(address);
    const ids = this.#byActor.get(key) ?? new Set();
    this.#byActor.set(key, ids.add(watchId));
    return watchId;
  }

  /** Takes a watch of ours back; says whether it was still on. */
  remove(watchId: number): boolean {
    const watch = this.#watches.get(watchId);
    if (watch === undefined) return false;
    this.#watches.delete(watchId);
    const key = keyOf(watch.address);
    const ids = this.#byActor.get(key);
    ids?.delete(watchId);
    if (ids?.size === 0) this.#byActor.delete(key);
    return true;
  }

  /** Fires one watch of ours. */
  fire(watchId: number, reason: DownNotice["reason"], error: Error | undefined): void {
    const watch = this.#watches.get(watchId);
    if (watch === undefined) return;
    this.remove(watchId);
    watch.callback({ address: watch.address, reason, error });
  }

  /** Fires all watches of ours on this actor. */
  actorDown(notice: DownNotice): void {
    for (const watchId of [...this.#byActor.get(keyOf(notice.address)) ?? []]) {
      this.fire(watchId, notice.reason, notice.error);
    }
  }

  /** Fires all watches of ours on actors of this system, and forgets its watches of ours. */
  systemGone(system: SystemId, error: Error): void {
    for (const [watchId, watch] of [...this.#watches]) {
      if (watch.address.system === system) this.fire(watchId, "link/down", error);
    }
    for (const [actor, watchers] of this.#watchers) {
      const rest = watchers.filter((watcher) => watcher.system !== system);
      if (rest.length === 0) this.#watchers.delete(actor);
      else this.#watchers.set(actor, rest);
    }
  }

  /** Another system watches an actor of ours. */
  addWatcher(actor: string, system: SystemId, watchId: number): void {
    const watchers = this.#watchers.get(actor) ?? [];
    watchers.push({ system, watchId });
    this.#watchers.set(actor, watchers);
  }

  /** Another system no longer watches an actor of ours. */
  removeWatcher(actor: string, system: SystemId, watchId: number): void {
    const rest = (this.#watchers.get(actor) ?? []).filter((w) => w.system !== system || w.watchId !== watchId);
    if (rest.length === 0) this.#watchers.delete(actor);
    else this.#watchers.set(actor, rest);
  }

  /** Takes all watchers of an actor of ours, to be told of its end. */
  takeWatchers(actor: string): readonly Watcher[] {
    const watchers = this.#watchers.get(actor) ?? [];
    this.#watchers.delete(actor);
    return watchers;
  }
}

function keyOf(address: ActorAddress): string {
  return `${address.actor}#${address.system}`;
}
