/**
 * Actors beside those of others, in one run: `deno run -A tests/bench/actor_bench.ts [--quick] [--only ROW]...`.
 *
 * Troupe in its four places; a raw message port and a raw socket; comlink; Erlang/OTP within a node and between two, when
 * Debian's `erlang-base` is installed; and what Ray publishes. Each in processes of its own, one after another.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { ACTOR_ROWS, type ActorRow, PLACES } from "./actors/actor_row.ts";
import { type ActorResults, renderActorNotes, renderActorTable } from "./actors/actor_table.ts";
import { DEADLINE_MS, figuresOf } from "./contender.ts";
import { type Figures, parseFigures } from "./figure.ts";
import { ProgramRunner } from "./program.ts";

const USAGE = `Usage: deno run -A tests/bench/actor_bench.ts [--quick] [--only ROW]...
  --quick      small sizes: shows that every part runs; targets are not judged
  --only ROW   this row only; may be repeated, or name several with commas
  --help       this text
Rows: ${ACTOR_ROWS.map((row) => row.name).join(", ")}`;

/** What the arguments ask for. */
export interface ActorBenchOptions {
  readonly isQuick: boolean;
  readonly isHelp: boolean;
  readonly rows: readonly ActorRow[];
}

/** Everybody's program: a file below `actors/`, and its argument. Those that stand alone do not see the project. */
const CONTENDERS: readonly { name: string; script: string; argument?: string; isAlone?: boolean }[] = [
  ...PLACES.map((place) => ({ name: place, script: "troupe.ts", argument: place })),
  { name: "raw postMessage", script: "raw_port.ts", isAlone: true },
  { name: "raw TCP", script: "raw_socket.ts", isAlone: true },
  { name: "comlink", script: "comlink.ts", isAlone: true },
  { name: "Erlang, one node", script: "erlang.ts", argument: "local", isAlone: true },
  { name: "Erlang, two nodes", script: "erlang.ts", argument: "nodes", isAlone: true },
];

/** The options that the arguments say, or what is wrong with them. */
export function readActorOptions(args: readonly string[]): ActorBenchOptions | { readonly problem: string } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["quick", "help"],
    string: ["only"],
    collect: ["only"],
    unknown: (arg) => void unknown.push(arg),
  });
  if (unknown.length > 0) return { problem: `Cannot run bench: unknown argument "${unknown[0]}"` };
  const wanted = flags.only.flatMap((one) => one.split(","));
  const stranger = wanted.find((name) => !ACTOR_ROWS.some((row) => row.name === name));
  if (stranger !== undefined) return { problem: `Cannot run bench: there is no row "${stranger}"` };
  const rows = wanted.length === 0 ? ACTOR_ROWS : ACTOR_ROWS.filter((row) => wanted.includes(row.name));
  return { isQuick: flags.quick, isHelp: flags.help, rows };
}

/** Runs one program after another; gives the figures that are wanted. */
export async function runActorBench(
  { rows, isQuick }: ActorBenchOptions,
  runner: ProgramRunner,
  onStart: (what: string) => void,
): Promise<ActorResults> {
  const results: Record<string, Figures> = {};
  for (const { name, script, argument, isAlone } of CONTENDERS) {
    onStart(name);
    const args = [
      "run",
      "-A",
      "--no-lock",
      ...(isAlone ? ["--no-config"] : []),
      new URL(`./actors/${script}`, import.meta.url).href,
      ...(argument === undefined ? [] : [argument]),
      ...(isQuick ? ["--quick"] : []),
      ...rows.map((row) => `--row=${row.name}`),
    ];
    const end = await runner.run(Deno.execPath(), { args, deadlineMs: DEADLINE_MS });
    // Whoever has no such row says nothing about it; whoever fails says why, about all.
    const isWhole = end.code === 0 && !end.isLate;
    results[name] = (isWhole ? parseFigures(end.stdout) : undefined) ?? figuresOf(end, rows);
  }
  return results;
}

function describeMachine(): string {
  return `${navigator.hardwareConcurrency} CPUs, ${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}, ` +
    `Deno ${Deno.version.deno}, load ${Deno.loadavg()[0]!.toFixed(1)}`;
}

function print(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
}

async function main(args: readonly string[]): Promise<number> {
  const options = readActorOptions(args);
  if ("problem" in options) {
    print(Deno.stderr, `${options.problem}\n${USAGE}`);
    return 2;
  }
  if (options.isHelp) {
    print(Deno.stdout, USAGE);
    return 0;
  }
  const runner = new ProgramRunner();
  // Ctrl-C ends what was started, then the bench.
  Deno.addSignalListener("SIGINT", () => void runner.stopAll().finally(() => Deno.exit(130)));
  try {
    const results = await runActorBench(options, runner, (what) => print(Deno.stderr, `running ${what}`));
    const quick = options.isQuick ? " (quick: small sizes, targets not judged)" : "";
    print(Deno.stdout, `Actors on ${describeMachine()}${quick}\n`);
    print(Deno.stdout, `${renderActorTable(options.rows, results, options.isQuick)}\n`);
    print(Deno.stdout, `Notes\n\n${renderActorNotes(options.rows, results)}`);
    return 0;
  } finally {
    await runner.stopAll();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
