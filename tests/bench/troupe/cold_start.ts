import { Client } from "../../../mod.ts";

function increment(value: number): number {
  return value + 1;
}

/** Connects, takes one result, closes: milliseconds. Only the first call in a process is cold. */
export async function coldStartMs(executors: "inline" | "threads"): Promise<number> {
  const startMs = performance.now();
  const client = await Client.connect({ workers: 1, threadsPerWorker: 2, executors, dashboardPort: false });
  const value = await client.submit(increment, 1).result();
  await client.close();
  const ms = performance.now() - startMs;
  if (value !== 2) throw new Error(`Cannot measure cold start: 1 + 1 gave ${value}`);
  return ms;
}
