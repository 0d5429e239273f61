/**
 * The command line: `deno run -A cli/main.ts COMMAND`.
 *
 * @module
 */
import { CANCEL_COMMAND, runCancel } from "./cancel.ts";
import { ACTOR_COMMAND, runActor } from "./actor.ts";
import { CALL_COMMAND, runCall } from "./call.ts";
import { quote } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { reportFailure } from "./failure.ts";
import { overviewHelp } from "./help.ts";
import { nearestName } from "./nearest_name.ts";
import { PS_COMMAND, runPs } from "./ps.ts";
import { RUN_COMMAND, runScript } from "./run.ts";
import { runScheduler, SCHEDULER_COMMAND } from "./scheduler.ts";
import { runStatus, STATUS_COMMAND } from "./status.ts";
import { runSubmit, SUBMIT_COMMAND } from "./submit.ts";
import { usageError } from "./usage_error.ts";
import { version } from "./version.ts";
import { runWorker, WORKER_COMMAND } from "./worker.ts";

const COMMANDS = [
  SCHEDULER_COMMAND,
  WORKER_COMMAND,
  RUN_COMMAND,
  SUBMIT_COMMAND,
  STATUS_COMMAND,
  CANCEL_COMMAND,
  ACTOR_COMMAND,
  CALL_COMMAND,
  PS_COMMAND,
];

/**
 * Does what the arguments say; gives the exit code.
 *
 * @throws `input/invalid` for arguments that cannot be followed, and whatever the command fails with.
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  switch (name) {
    case "scheduler":
      return await runScheduler(rest);
    case "worker":
      return await runWorker(rest);
    case "run":
      return await runScript(rest);
    case "submit":
      return await runSubmit(rest);
    case "status":
      return await runStatus(rest);
    case "cancel":
      return await runCancel(rest);
    case "actor":
      return await runActor(rest);
    case "call":
      return await runCall(rest);
    case "ps":
      return await runPs(rest);
    case "--help":
    case "-h":
      return print(overviewHelp(COMMANDS));
    case "--version":
    case "-V":
      return print(`troupe ${await version()} (deno ${Deno.version.deno})`);
    default:
      throw noCommand(name);
  }
}

function print(text: string): number {
  console.log(text);
  return EXIT.ok;
}

function noCommand(name: string | undefined): Error {
  const names = COMMANDS.map((command) => command.name);
  const known = `Commands are ${names.join(", ")}; see troupe --help`;
  if (name === undefined) return usageError("Cannot run troupe: no command is given", known);
  const nearest = nearestName(name, [...names, "--help", "--version"]);
  const word = name.startsWith("-") ? "flag" : "command";
  return usageError(
    `Cannot run troupe: unknown ${word} ${quote(name)}`,
    nearest === undefined ? known : `Did you mean ${nearest}? ${known}`,
  );
}

// What is still being started or closed ends with the process: whoever asked twice, or failed, does not wait for it.
if (import.meta.main) Deno.exit(await main(Deno.args).catch(reportFailure));
