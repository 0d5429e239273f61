import { Actor, ActorSystem } from "../mod.ts";
import { ACCESS_FLAGS, readAccess } from "./cluster_access.ts";
import { asksForHelp, type Command, misuse, quote, readCommandLine } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { textFlag } from "./flag.ts";
import { commandHelp } from "./help.ts";
import { Interrupt } from "./interrupt.ts";
import { parseJson } from "./json_argument.ts";
import { usageError } from "./usage_error.ts";

const FLAGS = {
  name: textFlag("NAME", "Name of the actor in its address; needed"),
  listen: textFlag("ADDRESS", "Listen here, on tcp://, tls:// or unix: (default: tcp://127.0.0.1:0, any free port)"),
  args: textFlag("JSON", "Arguments of the constructor, as a JSON array"),
  ...ACCESS_FLAGS,
};

/** `troupe actor`. */
export const ACTOR_COMMAND: Command<typeof FLAGS> = {
  name: "actor",
  summary: "Host an actor, for others to call",
  synopsis: "MODULE[#EXPORT] --name NAME [FLAGS]",
  flags: FLAGS,
  argumentsMax: 1,
  notes: [
    "MODULE is a file or a URL; without EXPORT it must export exactly one class of actors.",
    "Prints the actor's address. Ends when the actor does: with exit code 0 if it stopped.",
    "Ctrl-C stops it, with exit code 0; a second one ends it at once.",
  ],
};

type ActorType = new (...args: unknown[]) => Actor;

/** Hosts an actor until it ends, or until Ctrl-C; gives the exit code. */
export async function runActor(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(ACTOR_COMMAND));
    return EXIT.ok;
  }
  const { values, rest } = readCommandLine(ACTOR_COMMAND, args);
  const [module] = rest;
  const { name, listen = "tcp://127.0.0.1:0" } = values;
  if (module === undefined) throw misuse(ACTOR_COMMAND, "the module is missing", "Give a file such as ./counter.ts");
  if (name === undefined) throw misuse(ACTOR_COMMAND, "--name is missing", "Give a name for the actor's address");
  const constructorArgs = readArgs(values.args);
  const { token, tls } = await readAccess(values);
  const type = await findClass(module);
  using interrupt = new Interrupt();
  await using system = await ActorSystem.start({
    listen,
    ...(token === undefined ? {} : { token }),
    ...(tls === undefined ? {} : { tls }),
  });
  const actor = await system.spawn(type, { name, args: constructorArgs });
  const ended = new Promise<Error | undefined>((resolve) =>
    actor.watch(({ reason, error }) =>
      resolve(reason === "stopped" ? undefined : error ?? new Error(`It was ${reason}`))
    )
  );
  console.log(actor.address);
  const failure = await interrupt.orInterrupted(ended);
  if (failure === undefined) return EXIT.ok;
  throw new Error(`Actor ${quote(name)} failed: ${failure.message}`, { cause: failure });
}

function readArgs(text: string | undefined): unknown[] {
  if (text === undefined) return [];
  const args = parseJson(text, (problem) => misuse(ACTOR_COMMAND, `--args ${problem}`, "Give a JSON array"));
  if (Array.isArray(args)) return args;
  throw misuse(ACTOR_COMMAND, `--args is ${quote(text)}`, "Give a JSON array");
}

/** The class that a module exports under this name, or the only one. */
async function findClass(text: string): Promise<ActorType> {
  const mark = text.lastIndexOf("#");
  const [path, name] = mark < 0 ? [text, undefined] : [text.slice(0, mark), text.slice(mark + 1)];
  const classes = Object.entries(await load(path)).filter((entry): entry is [string, ActorType] =>
    isActorType(entry[1])
  );
  const names = classes.map(([name]) => name).join(", ") || "none";
  const found = name === undefined ? classes : classes.filter(([one]) => one === name);
  if (found.length === 1) return found[0]![1];
  const problem = name === undefined
    ? "which class of actors is meant is not clear"
    : `it exports no actor ${quote(name)}`;
  throw usageError(
    `Cannot host actor of ${quote(path)}: ${problem}`,
    `Give MODULE#EXPORT; classes of actors: ${names}`,
  );
}

async function load(path: string): Promise<Record<string, unknown>> {
  const isUrl = /^[a-z][a-z0-9+.-]+:/.test(path);
  const url = isUrl ? path : new URL(path, new URL(`${Deno.cwd()}/`, "file:///")).href;
  try {
    return await import(url);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw usageError(`Cannot load module ${quote(path)}: ${why}`, "Check the path; it is relative to this folder");
  }
}

function isActorType(value: unknown): value is ActorType {
  return typeof value === "function" && value.prototype instanceof Actor;
}
