/** What a task gives, as it leaves its executor. @module */
import { describe, troupeError } from "../base/errors.ts";
import { valueTypeName } from "../client/value_type.ts";
import { ACTOR_STREAM_TAG, ACTOR_STREAM_TYPE } from "../protocol/cluster_actor.ts";
import type { Packed } from "../protocol/packed.ts";
import type { TaskKey } from "../protocol/task.ts";
import { packValue } from "../wire/value_codec.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { OpenedStream } from "./opened_stream.ts";
import type { TaskClient } from "./task_client.ts";

/** What a result is called. */
export function resultTypeName(value: unknown): string {
  return value instanceof OpenedStream ? ACTOR_STREAM_TYPE : valueTypeName(value);
}

/** Packs a result, which keeps what it names; throws `task/not-serializable`. */
export function packResultOf(
  key: TaskKey,
  value: unknown,
  client: Pick<TaskClient, "write" | "keep">,
  besideBytesMin: number,
): Packed {
  const kept: TaskKey[] = [];
  const note = (inner: TaskKey) => void kept.push(inner);
  const action = `return from task ${describe(key)}`;
  const packed = packValue(value, {
    besideBytesMin,
    root: "result",
    special: {
      write: (special) => special instanceof OpenedStream ? writeStream(special) : client.write(special, action, note),
    },
    refuse: (path, what, hint) =>
      troupeError("task/not-serializable", `Cannot ${action}: ${path} ${what}`, { hint, details: { path } }),
  });
  client.keep(key, kept);
  return packed;
}

/** A mark: what it stands for stays here. */
function writeStream({ actor, key }: OpenedStream): SpecialValue {
  return { tag: ACTOR_STREAM_TAG, payload: [actor, key] };
}
