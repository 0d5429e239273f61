import { type ActorInfo, ActorSystem } from "../mod.ts";
import { ACCESS_FLAGS, readAccess } from "./cluster_access.ts";
import { asksForHelp, type Command, misuse, readCommandLine } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { durationFlag, switchFlag } from "./flag.ts";
import { commandHelp } from "./help.ts";

const FLAGS = {
  timeout: durationFlag("Give up after this time (default: 10s)"),
  json: switchFlag("Print a JSON array of { address, name, depth, restarts }"),
  ...ACCESS_FLAGS,
};

/** `troupe ps`. */
export const PS_COMMAND: Command<typeof FLAGS> = {
  name: "ps",
  summary: "List the actors of a system: messages that wait, and restarts",
  synopsis: "ADDRESS [FLAGS]",
  flags: FLAGS,
  argumentsMax: 1,
  notes: ["ADDRESS is that of the system or of any actor in it, such as tcp://127.0.0.1:40123/counter."],
};

const TIMEOUT_MS = 10_000;
const HEADINGS = ["NAME", "WAITING", "RESTARTS", "ADDRESS"] as const;

/** Lists actors; gives the exit code. */
export async function runPs(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(PS_COMMAND));
    return EXIT.ok;
  }
  const { values, rest } = readCommandLine(PS_COMMAND, args);
  const [address] = rest;
  if (address === undefined) throw misuse(PS_COMMAND, "the system's address is missing");
  const { token, tls } = await readAccess(values);
  await using system = await ActorSystem.start({
    ...(token === undefined ? {} : { token }),
    ...(tls === undefined ? {} : { tls }),
  });
  const actors = await system.list(systemAddress(address), { timeoutMs: values.timeout ?? TIMEOUT_MS });
  console.log(values.json ? JSON.stringify(actors) : table(actors));
  return EXIT.ok;
}

/** The address of a system, from its own or that of one of its actors. */
function systemAddress(text: string): string {
  const match = /^((?:tcp|tls):\/\/[^/]+)(?:\/.*)?$/.exec(text);
  return match?.[1] ?? text;
}

function table(actors: readonly ActorInfo[]): string {
  const rows = actors.map(({ name, depth, restarts, address }) => [name, String(depth), String(restarts), address]);
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()).join("\n");
}
