/**
 * Who takes part, and how each is run: one program after another, never two at a time.
 *
 * @module
 */
import { type Figure, type Figures, isMeasured, parseFigures } from "./figure.ts";
import { median } from "./measure.ts";
import type { ProgramEnd, ProgramRunner } from "./program.ts";
import type { Row } from "./row.ts";
import { FULL_SCALE, QUICK_SCALE } from "./scale.ts";

/** What a contender is run with. */
export interface Heat {
  readonly runner: ProgramRunner;
  /** The rows asked for. */
  readonly rows: readonly Row[];
  readonly isQuick: boolean;
  /** Told what runs now. */
  readonly onStart: (what: string) => void;
}

/** No program may take longer. */
export const DEADLINE_MS = 120_000;

/** The pools that a user would pick instead: files below `pools/`. */
export const POOLS = ["piscina", "workerpool", "poolifier", "comlink"] as const;

/** Troupe's figures: one program per row, some of them several times. */
export async function runTroupe(heat: Heat): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  for (const row of heat.rows) figures[row.name] = await runTroupeRow(heat, row);
  return figures;
}

/** The figures of every pool, by the pool's name. */
export async function runPools(heat: Heat): Promise<Record<string, Figures>> {
  const figures: Record<string, Figures> = {};
  const rows = heat.rows.filter((row) => row.hasPools);
  if (rows.length === 0) return figures;
  for (const pool of POOLS) figures[pool] = await runDenoProgram(heat, `./pools/${pool}.ts`, rows, "alone");
  return figures;
}

/** The raw limits, each in the program that its row names. */
export async function runRaw(heat: Heat): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  for (const name of new Set(heat.rows.flatMap((row) => row.raw ?? []))) {
    const rows = heat.rows.filter((row) => row.raw === name);
    Object.assign(figures, await runDenoProgram(heat, `./pools/${name}.ts`, rows, "alone"));
  }
  return figures;
}

/** The figures of those rows in how a program ended; where there are none, why. */
export function figuresOf(end: ProgramEnd, rows: readonly { readonly name: string }[]): Figures {
  const reported = end.isLate || end.code !== 0 ? undefined : parseFigures(end.stdout);
  const missing = end.isLate ? `took longer than ${DEADLINE_MS / 1000} s` : failureOf(end);
  return Object.fromEntries(
    rows.map((row): [string, Figure] => [
      row.name,
      reported?.[row.name] ?? { missing: reported === undefined ? missing : "its program does not report this row" },
    ]),
  );
}

/** One figure from several processes: the median; the first without a number counts for all. */
export function mergeFresh(figures: readonly Figure[]): Figure {
  const measured = figures.filter(isMeasured);
  const unlike = figures.find((figure) => !isMeasured(figure) || figure.broken !== undefined);
  if (unlike !== undefined) return unlike;
  const [first] = measured;
  if (first === undefined) return { missing: "nothing was run" };
  return { ...first, value: median(measured.map((figure) => figure.value)) };
}

async function runTroupeRow(heat: Heat, row: Row): Promise<Figure> {
  const script = row.script ?? `./troupe/${row.name}.ts`;
  const runs = row.isFresh ? (heat.isQuick ? QUICK_SCALE : FULL_SCALE).freshProcesses : 1;
  const figures: Figure[] = [];
  for (let run = 0; run < runs; run++) {
    const one = await runDenoProgram(heat, script, [row], "in the project");
    figures.push(one[row.name] ?? { missing: "nothing was run" });
  }
  return mergeFresh(figures);
}

/** Programs that stand alone do not see the project's configuration. None may change its lock file. */
async function runDenoProgram(
  heat: Heat,
  script: string,
  rows: readonly Row[],
  where: "alone" | "in the project",
): Promise<Figures> {
  heat.onStart(script);
  const flags = where === "alone" ? ["--no-config"] : [];
  const args = [
    "run",
    "-A",
    "--no-lock",
    ...flags,
    new URL(script, import.meta.url).href,
    ...(heat.isQuick ? ["--quick"] : []),
  ];
  return figuresOf(await heat.runner.run(Deno.execPath(), { args, deadlineMs: DEADLINE_MS }), rows);
}

function failureOf(end: ProgramEnd): string {
  if (end.code === 0) return "its program printed no figures";
  const lines = stripColors(end.stderr).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const error = lines.find((line) => /^(?:error\b|\w*Error\b)/i.test(line)) ?? lines.at(-1) ?? "nothing on stderr";
  return `its program ended with code ${end.code}: ${error}`.slice(0, 240);
}

function stripColors(text: string): string {
  // deno-lint-ignore no-control-regex -- the escape character is what colors begin with
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "");
}
