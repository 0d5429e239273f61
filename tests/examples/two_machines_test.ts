import { assert, assertEquals } from "@std/assert";
import { type Command, readCommandLine } from "../../cli/command.ts";
import { RUN_COMMAND, splitScript } from "../../cli/run.ts";
import { SCHEDULER_COMMAND } from "../../cli/scheduler.ts";
import { WORKER_COMMAND } from "../../cli/worker.ts";

const COMMANDS: readonly Command[] = [SCHEDULER_COMMAND, WORKER_COMMAND, RUN_COMMAND];

Deno.test("two_machines.md gives commands that the command line understands", async () => {
  const page = await Deno.readTextFile(new URL("../../examples/two_machines.md", import.meta.url));
  const lines = page.replaceAll("\\\n", " ").split("\n").filter((line) => line.includes("cli/main.ts"));
  const seen = new Set<string>();
  for (const line of lines) {
    const [name, ...args] = line.replace(/^.*cli\/main\.ts/, "").trim().split(/\s+/);
    const command = COMMANDS.find((command) => command.name === name);
    assert(command !== undefined, line);
    readCommandLine(command, command === RUN_COMMAND ? splitScript(args).own : args);
    seen.add(command.name);
  }
  assertEquals([...seen].sort(), ["run", "scheduler", "worker"]);
});
