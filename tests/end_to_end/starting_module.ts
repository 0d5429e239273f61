/** A module as people write it: functions, and a program at its end that has forgotten `if (import.meta.main)`. @module */
import { Client } from "../../mod.ts";

/** What the program submits. */
export function double(x: number): number {
  return 2 * x;
}

await using client = await Client.connect({ threadsPerWorker: 1 });
/** What the program prints. */
export const answer: number = await client.submit(double, 21).result();
