/** Troupe's own exports, as functions that travel by source find them by name. @module */
import { TroupeError } from "../base/errors.ts";
import { asCompleted } from "./as_completed.ts";
import { currentTask, getWorker } from "./defaults.ts";
import { Reschedule } from "./reschedule.ts";
import { progress } from "./progress.ts";
import { wait } from "./wait.ts";

/**
 * What a task may call by name besides the platform's own globals.
 *
 * @param getClient Given, for it stands above this file.
 */
export function libraryWith(getClient: () => object): Readonly<Record<string, unknown>> {
  return { asCompleted, currentTask, getClient, getWorker, progress, Reschedule, TroupeError, wait };
}

/** All of Troupe, for tasks that use more of it. By URL: few do, and every thread would load it. */
export async function loadLibrary(): Promise<Readonly<Record<string, unknown>>> {
  return { ...await import(import.meta.resolve("../../mod.ts")) };
}
