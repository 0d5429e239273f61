import type { ExecuteMessage } from "../../actors/protocol/worker_executor.ts";

/** A run as an executor gets it, changed by `changes`. */
export function execute(runId: number, changes: Partial<ExecuteMessage> = {}): ExecuteMessage {
  return {
    type: "execute",
    runId,
    cell: 0xffff,
    key: `k${runId}`,
    fn: "f",
    args: [],
    deps: [],
    inputs: [],
    user: 0,
    depth: 0,
    order: runId,
    attempt: 1,
    clientId: "client-1",
    announce: false,
    timeoutMs: undefined,
    ...changes,
  };
}
