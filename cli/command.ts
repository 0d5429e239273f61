import { parseArgs } from "@std/cli/parse-args";
import type { SwitchFlag, ValueFlag } from "./flag.ts";
import { nearestName } from "./nearest_name.ts";
import { usageError } from "./usage_error.ts";

/** The flags of a command, by name without dashes. */
export type FlagSet = Readonly<Record<string, ValueFlag<unknown> | SwitchFlag>>;

/** What was given: `undefined` for a flag with a value that was not. */
export type FlagValues<F extends FlagSet> = {
  readonly [K in keyof F]: F[K] extends ValueFlag<infer T> ? T | undefined : boolean;
};

/** A subcommand as its help shows it. */
export interface Command<F extends FlagSet = FlagSet> {
  /** Its name, as in `troupe NAME`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What stands behind its name, such as "ADDRESS [FLAGS]". */
  readonly synopsis: string;
  /** What it takes. */
  readonly flags: F;
  /** Most arguments that are no flags. */
  readonly argumentsMax: number;
  /** Paragraphs below the flags. */
  readonly notes?: readonly string[];
}

/** A command line that was understood. */
export interface CommandLine<F extends FlagSet> {
  /** By flag. */
  readonly values: FlagValues<F>;
  /** The arguments that are no flags. */
  readonly rest: readonly string[];
}

/** Whether help is asked for, anywhere before "--". */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

/**
 * Reads the arguments behind a command's name.
 *
 * @throws `input/invalid` for an unknown flag, a missing or unreadable value, or an argument too many.
 */
export function readCommandLine<F extends FlagSet>(command: Command<F>, args: readonly string[]): CommandLine<F> {
  const names = Object.keys(command.flags);
  const withValue = names.filter((name) => isValueFlag(command.flags[name]));
  const parsed: Readonly<Record<string, unknown>> = parseArgs<string, string>(args, {
    // Without "_", the argument "007" would become the number 7.
    string: [...withValue, "_"],
    boolean: names.filter((name) => !withValue.includes(name)),
    unknown(arg, key) {
      if (key !== undefined) throw unknownFlag(command, arg);
    },
  });
  const values = Object.fromEntries(names.map((name) => [name, readValue(command, name, parsed[name])]));
  const rest = Array.isArray(parsed["_"]) ? parsed["_"].map(String) : [];
  const extra = rest[command.argumentsMax];
  if (extra !== undefined) throw misuse(command, `unexpected argument ${quote(extra)}`);
  return { values: values as FlagValues<F>, rest };
}

/** The error about a command line of `command` that cannot be followed. */
export function misuse(command: Command, problem: string, hint?: string): Error {
  const see = `ee troupe ${command.name} --help`;
  const how = hint === undefined ? `S${see}` : hint.endsWith("?") ? `${hint} S${see}` : `${hint}; s${see}`;
  return usageError(`Cannot run troupe ${command.name}: ${problem}`, how);
}

/** A text of the user in a message: short, on one line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 97)}...` : text);
}

function readValue(command: Command, name: string, given: unknown): unknown {
  const flag = command.flags[name];
  if (!isValueFlag(flag)) return given === true;
  if (given === undefined) return undefined;
  if (given === "") throw misuse(command, `--${name} has no value`, `Give ${flag.expected}`);
  const value = flag.read(String(given));
  if (value === undefined) {
    throw misuse(command, `--${name} is ${quote(String(given))}`, `Give ${flag.expected}`);
  }
  return value;
}

function isValueFlag(flag: ValueFlag<unknown> | SwitchFlag | undefined): flag is ValueFlag<unknown> {
  return flag !== undefined && "read" in flag;
}

function unknownFlag(command: Command, arg: string): Error {
  const name = arg.replace(/=.*$/s, "");
  const nearest = nearestName(name.replace(/^-+/, ""), [...Object.keys(command.flags), "help"]);
  return misuse(
    command,
    `unknown flag ${quote(name)}`,
    nearest === undefined ? undefined : `Did you mean --${nearest}?`,
  );
}
