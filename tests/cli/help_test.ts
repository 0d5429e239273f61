import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ACTOR_COMMAND } from "../../cli/actor.ts";
import { CALL_COMMAND } from "../../cli/call.ts";
import type { Command } from "../../cli/command.ts";
import { CANCEL_COMMAND } from "../../cli/cancel.ts";
import { commandHelp, overviewHelp } from "../../cli/help.ts";
import { PS_COMMAND } from "../../cli/ps.ts";
import { RUN_COMMAND } from "../../cli/run.ts";
import { SCHEDULER_COMMAND } from "../../cli/scheduler.ts";
import { STATUS_COMMAND } from "../../cli/status.ts";
import { SUBMIT_COMMAND } from "../../cli/submit.ts";
import { WORKER_COMMAND } from "../../cli/worker.ts";

const COMMANDS: readonly Command[] = [
  ...[SCHEDULER_COMMAND, WORKER_COMMAND, RUN_COMMAND, SUBMIT_COMMAND, STATUS_COMMAND, CANCEL_COMMAND],
  ...[ACTOR_COMMAND, CALL_COMMAND, PS_COMMAND],
];

Deno.test("commandHelp() names every flag once, aligned, within a terminal's width", () => {
  for (const command of COMMANDS) {
    const lines = commandHelp(command).split("\n");
    const flagLines = lines.filter((line) => line.startsWith("  --"));
    assertEquals(flagLines.map((line) => line.trim().split(/[ ]/)[0]), [
      ...Object.keys(command.flags).map((name) => `--${name}`),
      "--help",
    ]);
    const columns = new Set(flagLines.map((line) => line.search(/(?<= {2})[A-Z](?!\w* {2})(?=[^-|=]*[a-z ])/)));
    assertEquals(columns.size, 1, commandHelp(command));
    for (const line of lines) assert(line.length <= 120, line);
  }
});

Deno.test("overviewHelp() names every command", () => {
  const text = overviewHelp(COMMANDS);
  for (const { name, summary } of COMMANDS) assertStringIncludes(text, `  ${name.padEnd(9)}  ${summary}`);
});
