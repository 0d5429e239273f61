import { delay } from "@std/async/delay";

/** Longest wait: a machine may be busy with much else. */
const WITHIN_MS = 120_000;
const POLL_MS = 10;

/** Waits until a check passes; fails with its last failure. For what tells nobody when it is there. */
export async function eventually(check: () => unknown): Promise<void> {
  for (const untilMs = performance.now() + WITHIN_MS;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await delay(POLL_MS);
    }
  }
}
