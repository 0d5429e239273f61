import { Scheduler } from "../mod.ts";
import { ACCESS_FLAGS, readAccess } from "./cluster_access.ts";
import { asksForHelp, type Command, type FlagValues, misuse, readCommandLine } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { durationFlag, portFlag, switchFlag, textFlag } from "./flag.ts";
import { commandHelp } from "./help.ts";
import { Interrupt } from "./interrupt.ts";
import { SchedulerFile } from "./scheduler_file.ts";

const FLAGS = {
  host: textFlag("HOST", "Listen on this address (default: 127.0.0.1); others want a token or TLS"),
  port: portFlag("Listen on this port, 0 for any free one (default: 8786)"),
  "dashboard-port": portFlag("Show the dashboard on this port (there is none yet)"),
  "no-dashboard": switchFlag("Show no dashboard"),
  ...ACCESS_FLAGS,
  "scheduler-file": textFlag("FILE", "Write the address to this file, for workers to find"),
  "idle-timeout": durationFlag("End after this time without work"),
};

/** `troupe scheduler`. */
export const SCHEDULER_COMMAND: Command<typeof FLAGS> = {
  name: "scheduler",
  summary: "Start a scheduler, for workers and clients to connect to",
  synopsis: "[FLAGS]",
  flags: FLAGS,
  argumentsMax: 0,
  notes: [
    "Who may connect may run code: the port listens on this machine only, unless told otherwise.",
    "Ctrl-C closes it, with exit code 0; a second one ends it at once.",
  ],
};

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 8786;

/** Runs a scheduler until Ctrl-C, or until it ends by itself; gives the exit code. */
export async function runScheduler(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(SCHEDULER_COMMAND));
    return EXIT.ok;
  }
  const { values } = readCommandLine(SCHEDULER_COMMAND, args);
  checkDashboard(values);
  const access = await readAccess(values);
  using interrupt = new Interrupt();
  await using scheduler = await Scheduler.start({
    host: values.host ?? DEFAULT_HOST,
    port: values.port ?? DEFAULT_PORT,
    ...access,
    idleTimeoutMs: values["idle-timeout"],
    onEvent: (line) => console.log(line),
  });
  await using _file = await publish(values["scheduler-file"], scheduler.address);
  console.log(`Scheduler at: ${scheduler.address}`);
  if (scheduler.dashboardUrl !== undefined) console.log(`Dashboard at: ${scheduler.dashboardUrl}`);
  await interrupt.orInterrupted(scheduler.closed);
  return EXIT.ok;
}

/** Whoever asks for what is not there hears of it; a script written for later versions still runs. */
function checkDashboard(values: FlagValues<typeof FLAGS>): void {
  if (values["dashboard-port"] === undefined) return;
  if (values["no-dashboard"]) {
    throw misuse(SCHEDULER_COMMAND, "both --dashboard-port and --no-dashboard are given", "Give one");
  }
  console.error("troupe: There is no dashboard yet, so --dashboard-port has no effect");
}

async function publish(path: string | undefined, address: string): Promise<SchedulerFile | undefined> {
  return path === undefined ? undefined : await SchedulerFile.publish(path, address);
}
