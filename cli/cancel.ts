import { asksForHelp, type Command, misuse, quote, readCommandLine } from "./command.ts";
import { CLIENT_FLAGS, connectTo } from "./connection.ts";
import { EXIT } from "./exit_code.ts";
import { commandHelp } from "./help.ts";

/** `troupe cancel`. */
export const CANCEL_COMMAND: Command<typeof CLIENT_FLAGS> = {
  name: "cancel",
  summary: "Cancel a task of a cluster, whoever submitted it",
  synopsis: "ADDRESS KEY [FLAGS]",
  flags: CLIENT_FLAGS,
  argumentsMax: 2,
  notes: ["What depends on it is cancelled, too. Its clients are told; its key may be submitted again."],
};

/** Cancels one task; gives the exit code: 1 when nobody knows the key. */
export async function runCancel(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(CANCEL_COMMAND));
    return EXIT.ok;
  }
  const { values, rest: [address, key] } = readCommandLine(CANCEL_COMMAND, args);
  if (address !== undefined && (key === undefined || key === "")) {
    throw misuse(CANCEL_COMMAND, "the key of the task is missing", "troupe status --json shows those that run");
  }
  await using client = await connectTo(CANCEL_COMMAND, address, values);
  const future = client.future<unknown>(key!);
  // An answer later than the claim: by then it is known whether there is such a task.
  await client.nbytes([key!]);
  if (future.status === "lost") {
    console.error(`troupe: Cannot cancel task ${quote(key!)}: there is no task of this key`);
    return EXIT.failed;
  }
  const before = future.status;
  await future.cancel({ force: true, reason: "cancelled from the command line" });
  console.log(values.json ? JSON.stringify({ key, before, status: future.status }) : `Cancelled: ${key}`);
  return EXIT.ok;
}
