/** What the scheduler keeps of published names. @module */
import type { Packed } from "../../protocol/packed.ts";
import type { TaskKey } from "../../protocol/task.ts";

/** What was published under one name. */
export interface Dataset {
  /** The keys of its futures, each once. */
  readonly keys: readonly TaskKey[];
  /** The data with its futures, opaque. */
  readonly value: Packed;
}
