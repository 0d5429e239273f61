import { getClient } from "../../mod.ts";

/** A task that submits. */
export async function submits(n: number): Promise<number> {
  return await getClient().submit((m: number) => m + 1, n).result();
}
