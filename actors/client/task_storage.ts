/** Carries the running task through everything that it awaits. Loaded where tasks run, not by programs that only connect. @module */
import { AsyncLocalStorage } from "node:async_hooks";
import { installTaskStorage } from "./defaults.ts";
import { ModuleImport, type TaskContext } from "./task_context.ts";

const storage = new AsyncLocalStorage<TaskContext | ModuleImport>();

/** Runs code as that of a task: `getClient()`, `currentTask()` and waits find the context, also after an `await`. */
export function runInTask<T>(context: TaskContext, code: () => T): T {
  installTaskStorage(storage);
  return storage.run(context, code);
}

/** Imports a module for a task. Its top level, and that of all modules that it imports, is told from a task's own code. */
export async function importForTask<T>(module: string, load: () => Promise<T>): Promise<T> {
  installTaskStorage(storage);
  const importing = new ModuleImport(module);
  try {
    return await storage.run(importing, load);
  } finally {
    importing.isOver = true;
  }
}
