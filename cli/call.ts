import { type Actor, ActorSystem } from "../mod.ts";
import { ACCESS_FLAGS, readAccess } from "./cluster_access.ts";
import { asksForHelp, type Command, misuse, quote, readCommandLine } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { durationFlag, switchFlag } from "./flag.ts";
import { commandHelp } from "./help.ts";
import { parseJson, printedValue } from "./json_argument.ts";

const FLAGS = {
  timeout: durationFlag("Give up after this time (default: never)"),
  json: switchFlag("Print replies as JSON, each on a line"),
  ...ACCESS_FLAGS,
};

/** `troupe call`. */
export const CALL_COMMAND: Command<typeof FLAGS> = {
  name: "call",
  summary: "Call a method of an actor, and print the reply",
  synopsis: "ADDRESS METHOD [JSON...] [FLAGS]",
  flags: FLAGS,
  argumentsMax: 1000,
  notes: [
    "ADDRESS is the actor's, such as tcp://127.0.0.1:40123/counter, as troupe actor prints it.",
    "Arguments are JSON; negative numbers stand behind --. A generator's items are printed as they come.",
  ],
};

/** A method of whatever actor it is. */
type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Calls; gives the exit code. */
export async function runCall(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(CALL_COMMAND));
    return EXIT.ok;
  }
  const { values, rest } = readCommandLine(CALL_COMMAND, args);
  const [address, method, ...texts] = rest;
  if (address === undefined) throw misuse(CALL_COMMAND, "the actor's address is missing");
  if (method === undefined) throw misuse(CALL_COMMAND, "the method is missing");
  const given = texts.map((text, index) =>
    parseJson(
      text,
      (problem) => misuse(CALL_COMMAND, `argument ${index + 1} ${problem}`, `For a text give ${quote('"x"')}`),
    )
  );
  const { token, tls } = await readAccess(values);
  const wait = values.timeout === undefined ? {} : { timeoutMs: values.timeout };
  await using system = await ActorSystem.start({
    ...(token === undefined ? {} : { token }),
    ...(tls === undefined ? {} : { tls }),
  });
  const actor = await system.lookup<Actor>(address, wait);
  const call: Method = Reflect.get(actor.with(wait).ask, method);
  const print = (value: unknown) => console.log(values.json ? JSON.stringify(value) ?? "null" : printedValue(value));
  const reply = await call(...given);
  if (isStream(reply)) { for await (const item of reply) print(item); }
  else if (reply !== undefined || values.json) print(reply);
  return EXIT.ok;
}

function isStream(reply: unknown): reply is AsyncIterable<unknown> {
  return typeof reply === "object" && reply !== null && Symbol.asyncIterator in reply;
}
