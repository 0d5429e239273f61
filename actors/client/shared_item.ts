/** Values that clients put where others find them: into queues, variables, topics, under published names. @module */
import { troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import type { TaskKey } from "../protocol/task.ts";
import { packValue } from "../wire/value_codec.ts";
import type { SchedulerAnswer } from "./requests.ts";
import type { SharingSession } from "./shared_thing.ts";

/** A value that leaves a session, with the keys of the futures inside, each once; throws `task/not-serializable`. */
export function packShared(
  session: SharingSession,
  value: unknown,
  root: string,
  action: string,
): { readonly item: Packed; readonly keys: readonly TaskKey[] } {
  const keys = new Set<TaskKey>();
  const item = packValue(value, {
    besideBytesMin: session.world.limits.besideBytesMin,
    root,
    special: { write: (special) => session.write(special, action, (key) => keys.add(key)) },
    refuse: (path, what, hint) =>
      troupeError("task/not-serializable", `Cannot ${action}: ${path} ${what}`, { hint, details: { path } }),
  });
  return { item, keys: [...keys] };
}

/** The values that were handed over. */
export function readHanded(answer: SchedulerAnswer, session: SharingSession): Promise<unknown[]> {
  return Promise.all(answer.type === "handed" ? answer.items.map((item) => session.unpackLoading(item)) : []);
}
