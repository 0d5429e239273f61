/** All classes of shared things: to import this is to know them. @module */
import { Flag } from "./flag.ts";
import { Lock } from "./lock.ts";
import { MultiLock } from "./multi_lock.ts";
import { Queue } from "./queue.ts";
import { Semaphore } from "./semaphore.ts";
import { Topic } from "./topic.ts";
import { Variable } from "./variable.ts";

/** The classes; what travels names them. */
export const SHARED_CLASSES: readonly { readonly name: string }[] = [
  ...[Flag, Lock, MultiLock, Queue, Semaphore, Topic, Variable],
];
