/** Functions that clients have told. @module */
import type { FunctionCode, FunctionHash } from "../../protocol/task.ts";
import { type ClientRecord, FunctionRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";

/** A client tells a function; it is kept while the client or a task refers to it. */
export function defineFunction(
  state: SchedulerState,
  client: ClientRecord,
  m: { readonly hash: FunctionHash; readonly name: string; readonly code: FunctionCode },
): void {
  let fn = state.functions.get(m.hash);
  if (fn === undefined) {
    fn = new FunctionRecord(m.hash, m.name, m.code);
    state.functions.set(m.hash, fn);
  }
  if (client.functions.has(fn)) return;
  client.functions.add(fn);
  fn.users++;
}
