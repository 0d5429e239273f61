import { type AnyFunction, fromModule } from "../mod.ts";
import { asksForHelp, type Command, misuse, quote, readCommandLine } from "./command.ts";
import { CLIENT_FLAGS, connectTo } from "./connection.ts";
import { EXIT } from "./exit_code.ts";
import { commandHelp } from "./help.ts";
import { Interrupt } from "./interrupt.ts";

/** `troupe submit`. */
export const SUBMIT_COMMAND: Command<typeof CLIENT_FLAGS> = {
  name: "submit",
  summary: "Run an export of a module in a cluster, and print its result",
  synopsis: "ADDRESS MODULE#EXPORT [JSON...] [FLAGS]",
  flags: CLIENT_FLAGS,
  argumentsMax: Infinity,
  notes: [
    "MODULE is a path or a URL that the workers can import; each JSON is one argument of the function.",
    "A flag's look-alike among the arguments stands behind --. Ctrl-C cancels the task.",
  ],
};

/** Submits a task, waits for it, and prints what it gave; gives the exit code. */
export async function runSubmit(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(SUBMIT_COMMAND));
    return EXIT.ok;
  }
  const { values, rest: [address, target, ...texts] } = readCommandLine(SUBMIT_COMMAND, args);
  const fn = target === undefined ? undefined : functionAt(target);
  const inputs = texts.map(readJson);
  using interrupt = new Interrupt();
  await using client = await connectTo(SUBMIT_COMMAND, address, values);
  if (fn === undefined) throw misuse(SUBMIT_COMMAND, "the function is missing", "Give one such as ./jobs.ts#resize");
  const future = client.with({ pure: false }).submit<never[], never[], unknown>(fn, ...inputs as never[]);
  const isDone = await interrupt.orInterrupted(future.exception().then(() => true));
  if (isDone !== true) {
    await future.cancel({ reason: "the command line was interrupted" });
    return EXIT.interrupted;
  }
  const result = await future.result();
  console.log(
    values.json ? JSON.stringify(result ?? null) : Deno.inspect(result, { depth: 8, strAbbreviateSize: 1e4 }),
  );
  return EXIT.ok;
}

function functionAt(target: string): AnyFunction {
  const mark = target.lastIndexOf("#");
  const [module, name] = [target.slice(0, Math.max(0, mark)), target.slice(mark + 1)];
  if (module === "" || name === "") {
    throw misuse(SUBMIT_COMMAND, `${quote(target)} names no function`, "Give MODULE#EXPORT, such as ./jobs.ts#resize");
  }
  const isUrl = /^[a-z][a-z0-9+.-]+:/i.test(module);
  return fromModule(isUrl ? module : new URL(module, `file://${Deno.cwd()}/`), name);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw misuse(SUBMIT_COMMAND, `argument ${quote(text)} is no JSON`, `Texts stand in quotes: '"like this"'`);
  }
}
