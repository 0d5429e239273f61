import { assertStrictEquals } from "@std/assert";
import { parseExecutorArgs } from "../../actors/executor/executor_args.ts";
import { failsWith } from "../support/codes.ts";

Deno.test("parseExecutorArgs() hands on what the worker's side wrote, and refuses what it did not", async () => {
  const args = { executorId: "executor-1", board: new SharedArrayBuffer(4) };
  assertStrictEquals<unknown>(parseExecutorArgs(args), args);
  for (const other of [null, undefined, "executor-1", [], { executorId: "executor-1" }, { board: args.board }]) {
    await failsWith("wire/malformed", () => parseExecutorArgs(other));
  }
});
