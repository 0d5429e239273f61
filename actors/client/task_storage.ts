/** Carries the running task through everything that it awaits. Loaded where tasks run, not by programs that only connect. @module */
import { AsyncLocalStorage } from "node:async_hooks";
import { installTaskStorage } from "./defaults.ts";
import type { TaskContext } from "./task_context.ts";

const storage = new AsyncLocalStorage<TaskContext>();

/** Runs code as that of a task: `getClient()`, `currentTask()` and waits find the context, also after an `await`. */
export function runInTask<T>(context: TaskContext, code: () => T): T {
  installTaskStorage(storage);
  return storage.run(context, code);
}
