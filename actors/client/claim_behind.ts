/** Which objects are claims on something in the cluster without being futures. @module */
import type { Future } from "./future.ts";

/** The futures that refs of actors stand on. Entries go with their refs. */
const CLAIMS = new WeakMap<object, Future<unknown>>();

/** This object is a claim from now on, by a future that it holds. */
export function claimBy(object: object, future: Future<unknown>): void {
  CLAIMS.set(object, future);
}

/** The future that an object stands on; undefined for all others. */
export function claimBehind(value: unknown): Future<unknown> | undefined {
  return typeof value === "object" && value !== null ? CLAIMS.get(value) : undefined;
}
