/**
 * The bench: `deno task bench [--json] [--quick] [--only ROW]...`.
 *
 * Runs each contender in processes of its own, one after another, on this machine: Troupe, Dask when Debian's
 * `python3-distributed` is installed, worker pools, and the raw limits. Prints a table, or JSON for machines.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { compare, type Comparison } from "./comparison.ts";
import { type Heat, runPools, runRaw, runTroupe } from "./contender.ts";
import { type DaskPresence, findDask, runDask } from "./dask.ts";
import { ProgramRunner } from "./program.ts";
import { type Row, ROWS } from "./row.ts";
import { renderNotes, renderParts, renderPools, renderTable } from "./table.ts";

const USAGE = `Usage: deno task bench [--json] [--quick] [--only ROW]...
  --json       one JSON object on standard output
  --quick      small sizes: shows that every part runs; targets are not judged
  --only ROW   this row only; may be repeated, or name several with commas
  --help       this text
Rows: ${ROWS.map((row) => row.name).join(", ")}`;

interface Options {
  readonly isJson: boolean;
  readonly isQuick: boolean;
  readonly isHelp: boolean;
  readonly rows: readonly Row[];
}

interface Outcome {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly dask: DaskPresence;
  readonly isQuick: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly comparisons: readonly Comparison[];
}

/** The options that the arguments say, or what is wrong with them. */
export function readOptions(args: readonly string[]): Options | { readonly problem: string } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["json", "quick", "help"],
    string: ["only"],
    collect: ["only"],
    unknown: (arg) => void unknown.push(arg),
  });
  if (unknown.length > 0) return { problem: `Cannot run bench: unknown argument "${unknown[0]}"` };
  const wanted = flags.only.flatMap((one) => one.split(","));
  const stranger = wanted.find((name) => !ROWS.some((row) => row.name === name));
  if (stranger !== undefined) return { problem: `Cannot run bench: there is no row "${stranger}"` };
  const rows = wanted.length === 0 ? ROWS : ROWS.filter((row) => wanted.includes(row.name));
  return { isJson: flags.json, isQuick: flags.quick, isHelp: flags.help, rows };
}

async function runBench(options: Options, runner: ProgramRunner): Promise<Outcome> {
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const { rows, isQuick } = options;
  const heat: Heat = { runner, rows, isQuick, onStart: (what) => print(Deno.stderr, `running ${what}\n`) };
  const dask = await findDask(heat);
  const results = {
    raw: await runRaw(heat),
    pools: await runPools(heat),
    troupe: await runTroupe(heat),
    dask: await runDask(heat, dask),
  };
  const comparisons = compare(rows, results, isQuick);
  return { machine: describeMachine(), dask, isQuick, startedAt, durationMs: performance.now() - startMs, comparisons };
}

function describeMachine(): Outcome["machine"] {
  return {
    cpus: navigator.hardwareConcurrency,
    os: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
  };
}

function renderOutcome({ machine, dask, isQuick, durationMs, comparisons }: Outcome): string {
  const daskText = "version" in dask ? `Dask ${dask.version}` : `Dask missing (${dask.missing})`;
  const parts = renderParts(comparisons);
  const sections = [
    `Bench on ${machine["cpus"]} CPUs, ${machine["os"]}, Deno ${machine["deno"]}, ${daskText}, ` +
    `${(durationMs / 1000).toFixed(0)} s${isQuick ? " (quick: small sizes, targets not judged)" : ""}`,
    renderTable(comparisons),
    `"x" columns: how many times better Troupe is; below 1, it is worse.`,
    ["Every pool", renderPools(comparisons)].filter((text) => text !== "").join("\n\n"),
    `Where the time goes\n\n${parts === "" ? "No row reports its parts." : parts}`,
    `Notes\n\n${renderNotes(comparisons)}`,
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Ctrl-C ends what was started, then the bench. */
function stopOnSignals(runner: ProgramRunner): void {
  const codes: Partial<Record<Deno.Signal, number>> = Deno.build.os === "windows"
    ? { SIGINT: 130 }
    : { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
  for (const [signal, code] of Object.entries(codes)) {
    Deno.addSignalListener(signal as Deno.Signal, () => void runner.stopAll().finally(() => Deno.exit(code)));
  }
}

function print(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if ("problem" in options) {
    print(Deno.stderr, `${options.problem}\n${USAGE}\n`);
    return 2;
  }
  if (options.isHelp) {
    print(Deno.stdout, `${USAGE}\n`);
    return 0;
  }
  const runner = new ProgramRunner();
  stopOnSignals(runner);
  try {
    const outcome = await runBench(options, runner);
    print(Deno.stdout, options.isJson ? `${JSON.stringify(outcome, null, 2)}\n` : renderOutcome(outcome));
    return 0;
  } catch (error) {
    // The signal that stopped the runner also ends this process, with its own code.
    if (error instanceof Deno.errors.Interrupted) return await new Promise<never>(() => undefined);
    throw error;
  } finally {
    await runner.stopAll();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
