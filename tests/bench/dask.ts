import { DEADLINE_MS, figuresOf, type Heat, mergeFresh } from "./contender.ts";
import type { Figure, Figures } from "./figure.ts";
import type { Row } from "./row.ts";
import { FULL_SCALE, QUICK_SCALE } from "./scale.ts";

/** Where Debian's `python3-distributed` puts its modules; a Python found on PATH may be another one. */
const PYTHON = "/usr/bin/python3";

/** Dask's version, or why there is no Dask. */
export type DaskPresence = { readonly version: string } | { readonly missing: string };

/** Whether Dask can be started here. */
export async function findDask(heat: Heat): Promise<DaskPresence> {
  const args = ["-c", "import distributed; print(distributed.__version__)"];
  try {
    const end = await heat.runner.run(PYTHON, { args, deadlineMs: DEADLINE_MS });
    if (end.code === 0) return { version: end.stdout.trim() };
    return { missing: `python3-distributed is not installed: ${end.stderr.trim().split("\n").at(-1)}` };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { missing: `there is no ${PYTHON}` };
  }
}

/** Dask's figures: a cluster of its own for each row, so that one row's failure leaves the others alone. */
export async function runDask(heat: Heat, presence: DaskPresence): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  for (const row of heat.rows) {
    if (row.dask !== "none" && row.dask !== "cold") {
      Object.assign(figures, await runKind(heat, presence, row.dask, [row]));
    }
  }
  // It has one way to start cold: the same figure serves both rows.
  const cold = heat.rows.filter((row) => row.dask === "cold");
  if (cold.length > 0) Object.assign(figures, await runKind(heat, presence, "cold", cold));
  return figures;
}

async function runKind(
  heat: Heat,
  presence: DaskPresence,
  kind: Exclude<Row["dask"], "none">,
  rows: readonly Row[],
): Promise<Figures> {
  if ("missing" in presence) return Object.fromEntries(rows.map((row) => [row.name, presence]));
  const scale = heat.isQuick ? QUICK_SCALE : FULL_SCALE;
  const script = new URL("./dask_rows.py", import.meta.url).pathname;
  const args = [script, kind, JSON.stringify(scale), ...rows.map((row) => row.name)];
  const runs: Figures[] = [];
  for (let run = 0; run < (kind === "cold" ? scale.freshProcesses : 1); run++) {
    heat.onStart(`./dask_rows.py ${kind} ${rows.map((row) => row.name).join(" ")}`);
    runs.push(figuresOf(await heat.runner.run(PYTHON, { args, deadlineMs: DEADLINE_MS }), rows));
  }
  return Object.fromEntries(
    rows.map(({ name }) => [name, mergeFresh(runs.map((one) => one[name] ?? { missing: "nothing was run" }))]),
  );
}
