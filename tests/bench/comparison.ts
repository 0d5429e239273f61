import { type Figure, type Figures, isMeasured } from "./figure.ts";
import type { Row } from "./row.ts";

/** All figures of one run. */
export interface Results {
  readonly troupe: Figures;
  readonly dask: Figures;
  /** By the pool's name. */
  readonly pools: Readonly<Record<string, Figures>>;
  readonly raw: Figures;
}

/**
 * Whether the target is reached. `incomplete`: as far as it could be compared, but a figure that the target speaks of
 * is missing. `not-judged`: the run was a quick one, of which targets do not speak. `missing`: no figure of Troupe.
 */
export type Verdict = "pass" | "fail" | "incomplete" | "not-judged" | "missing";

/** One row with everybody's figures, and how they compare. A ratio says how many times better Troupe is. */
export interface Comparison {
  readonly row: Row;
  readonly troupe: Figure | undefined;
  readonly dask: Figure | undefined;
  readonly pools: Readonly<Record<string, Figure>>;
  readonly bestPool: { readonly name: string; readonly value: number } | undefined;
  readonly raw: Figure | undefined;
  readonly overDask: number | undefined;
  readonly overPool: number | undefined;
  readonly overRaw: number | undefined;
  readonly verdict: Verdict;
}

/** Puts the figures of each row beside each other. */
export function compare(rows: readonly Row[], results: Results, isQuick: boolean): Comparison[] {
  return rows.map((row) => compareRow(row, results, isQuick));
}

function compareRow(row: Row, results: Results, isQuick: boolean): Comparison {
  const troupe = results.troupe[row.name];
  const dask = results.dask[row.name];
  const raw = results.raw[row.name];
  const pools = poolsOf(row, results.pools);
  const bestPool = findBest(row, pools);
  const ratios = {
    overDask: ratioOf(row, troupe, dask),
    overPool: ratioOf(row, troupe, bestPool),
    overRaw: ratioOf(row, troupe, raw),
  };
  return { row, troupe, dask, pools, bestPool, raw, ...ratios, verdict: judge(row, troupe, ratios, isQuick) };
}

function poolsOf(row: Row, pools: Results["pools"]): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (const [name, ofPool] of Object.entries(pools)) {
    const figure = ofPool[row.name];
    if (figure !== undefined) figures[name] = figure;
  }
  return figures;
}

function findBest(row: Row, pools: Readonly<Record<string, Figure>>): Comparison["bestPool"] {
  const measured = Object.entries(pools).flatMap(([name, figure]) =>
    isMeasured(figure) ? [{ name, value: figure.value }] : []
  );
  const sorted = measured.toSorted((a, b) => row.isHigherBetter ? b.value - a.value : a.value - b.value);
  return sorted[0];
}

/** How many times better the first is. */
function ratioOf(row: Row, ours: Figure | undefined, theirs: Figure | undefined): number | undefined {
  if (!isMeasured(ours) || !isMeasured(theirs)) return undefined;
  return row.isHigherBetter ? ours.value / theirs.value : theirs.value / ours.value;
}

function judge(
  row: Row,
  troupe: Figure | undefined,
  ratios: Pick<Comparison, "overDask" | "overPool" | "overRaw">,
  isQuick: boolean,
): Verdict {
  if (!isMeasured(troupe)) return "missing";
  if (troupe.broken !== undefined) return "fail";
  if (isQuick) return "not-judged";
  const { target } = row;
  if (target.limit !== undefined && isWorse(row, troupe.value, target.limit)) return "fail";
  const demands: [number | undefined, number | undefined][] = [
    [target.overDask, ratios.overDask],
    [target.overPool, ratios.overPool],
    [target.overRaw, ratios.overRaw],
  ];
  if (demands.some(([demand, ratio]) => demand !== undefined && ratio !== undefined && ratio < demand)) return "fail";
  const isOpen = demands.some(([demand, ratio]) => demand !== undefined && ratio === undefined);
  return isOpen ? "incomplete" : "pass";
}

function isWorse(row: Row, value: number, limit: number): boolean {
  return row.isHigherBetter ? value < limit : value > limit;
}
