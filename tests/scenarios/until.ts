import { delay } from "@std/async/delay";

/** Far longer than anything takes on a machine that has other things to do. */
const WITHIN_MS = 120_000;
const PAUSE_MS = 5;

/** Resolves when something holds; rejects when it never does. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + WITHIN_MS; !(await holds()); await delay(PAUSE_MS)) {
    if (performance.now() > endMs) throw new Error(`It does not hold within ${WITHIN_MS} ms: ${holds}`);
  }
}
