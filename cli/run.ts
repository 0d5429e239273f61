import { ACCESS_FLAGS, readToken, TOKEN_VARIABLE } from "./cluster_access.ts";
import { asksForHelp, type Command, misuse, readCommandLine } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { textFlag } from "./flag.ts";
import { commandHelp } from "./help.ts";
import { Interrupt } from "./interrupt.ts";
import { ADDRESS_VARIABLE, findAddress } from "./scheduler_address.ts";

const FLAGS = {
  address: textFlag("ADDRESS", `The scheduler's address (default: $${ADDRESS_VARIABLE})`),
  "scheduler-file": textFlag("FILE", "Read the scheduler's address from this file; waits until it is there"),
  "token-file": ACCESS_FLAGS["token-file"],
  "tls-ca-file": ACCESS_FLAGS["tls-ca-file"],
};

/** `troupe run`. */
export const RUN_COMMAND: Command<typeof FLAGS> = {
  name: "run",
  summary: "Run a script whose Client.connect() connects to a cluster",
  synopsis: "[FLAGS] SCRIPT [ARGS]",
  flags: FLAGS,
  argumentsMax: Infinity,
  notes: [
    "What stands behind SCRIPT is the script's own, except --address; behind -- that, too.",
    "The script has the permissions of this command, its input and output; its exit code is passed on.",
  ],
};

/** The whole permissions that there are; lists of paths or hosts are not passed on. */
const PERMISSIONS = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;

const FORWARDED: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

/** Runs the script to its end; gives its exit code. */
export async function runScript(args: readonly string[]): Promise<number> {
  const { own, script, scriptArgs } = splitScript(args);
  if (asksForHelp(own)) {
    console.log(commandHelp(RUN_COMMAND));
    return EXIT.ok;
  }
  const { values } = readCommandLine(RUN_COMMAND, own);
  if (script === undefined) throw misuse(RUN_COMMAND, "the script is missing", "Give the path of a module");
  const token = await readToken(values["token-file"]);
  const address = await awaitAddress(values.address, values["scheduler-file"]);
  if (address === undefined) return EXIT.interrupted;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissionFlags(), ...certificateFlags(values["tls-ca-file"]), script, ...scriptArgs],
    env: { [ADDRESS_VARIABLE]: address, ...token === undefined ? {} : { [TOKEN_VARIABLE]: token } },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  using _ = forwardSignals(child);
  return (await child.status).code;
}

/** Only the wait for a file can be long enough to be interrupted; from then on the script hears the signals. */
async function awaitAddress(address: string | undefined, file: string | undefined): Promise<string | undefined> {
  using interrupt = new Interrupt();
  return await interrupt.orInterrupted(findAddress(RUN_COMMAND, { address, file }, interrupt.signal));
}

/** What is ours, and what is the script's. */
interface SplitLine {
  readonly own: readonly string[];
  readonly script: string | undefined;
  readonly scriptArgs: readonly string[];
}

/** Finds the script: the first argument that is neither a flag nor the value of one. */
export function splitScript(args: readonly string[]): SplitLine {
  let at = 0;
  for (let arg = args[at]; arg?.startsWith("-") && arg !== "--"; arg = args[at]) at += isAlone(arg) ? 1 : 2;
  const scriptAt = args[at] === "--" ? at + 1 : at;
  const own = args.slice(0, at);
  const scriptArgs: string[] = [];
  for (let index = scriptAt + 1; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      scriptArgs.push(...args.slice(index + 1));
      break;
    }
    if (arg === "--address") own.push(arg, ...args.slice(++index, index + 1));
    else if (arg.startsWith("--address=")) own.push(arg);
    else scriptArgs.push(arg);
  }
  return { own, script: args[scriptAt], scriptArgs };
}

function isAlone(arg: string): boolean {
  return arg.includes("=") || !Object.hasOwn(FLAGS, arg.replace(/^--/, ""));
}

/** The flags that give a child all that we have as a whole, and nothing that we have not. */
function permissionFlags(): string[] {
  const granted = PERMISSIONS.filter((name) => {
    const status = Deno.permissions.querySync({ name } as Deno.PermissionDescriptor);
    return status.state === "granted" && !status.partial;
  });
  return granted.length === PERMISSIONS.length ? ["-A"] : granted.map((name) => `--allow-${name}`);
}

/** The script knows nothing of our files: Deno itself trusts the authorities for it. */
function certificateFlags(authoritiesFile: string | undefined): string[] {
  return authoritiesFile === undefined ? [] : ["--cert", authoritiesFile];
}

/** Passes signals on until disposed. */
function forwardSignals(child: Deno.ChildProcess): Disposable {
  const listeners = FORWARDED.map((signal): [Deno.Signal, () => void] => [signal, () => {
    // A terminal sends Ctrl-C to the script as well; two would tell it to end at once.
    if (signal === "SIGINT" && Deno.stdin.isTerminal()) return;
    sendSignal(child, signal);
  }]);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

function sendSignal(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It ended a moment ago: what was asked for.
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}
