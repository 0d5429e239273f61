/**
 * The result of a bench as text: a table of rows with ratios, every pool, where the time went, and notes.
 *
 * @module
 */
import { type Figure, isMeasured } from "./figure.ts";
import type { Comparison, Verdict } from "./comparison.ts";

const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  "pass": "pass",
  "fail": "FAIL",
  "incomplete": "pass, incomplete",
  "not-judged": "-",
  "missing": "missing",
};

const HEADINGS = [
  "row",
  "unit",
  "Troupe",
  "Dask",
  "x Dask",
  "best pool",
  "x pool",
  "raw",
  "x raw",
  "target",
  "reached",
];

/** The main table. `x` columns say how many times better Troupe is; below 1, it is worse. */
export function renderTable(comparisons: readonly Comparison[]): string {
  return renderGrid([HEADINGS, ...comparisons.map(cellsOf)]);
}

/** Every pool in every row that pools can do; empty when there is none. */
export function renderPools(comparisons: readonly Comparison[]): string {
  const lines = comparisons.filter((one) => Object.keys(one.pools).length > 0);
  const names = [...new Set(lines.flatMap((one) => Object.keys(one.pools)))];
  if (names.length === 0) return "";
  return renderGrid([
    ["row", "unit", ...names],
    ...lines.map(({ row, pools }) => [row.name, row.unit, ...names.map((name) => formatFigure(pools[name]))]),
  ]);
}

/** Where the time went, in rows that report it: microseconds per task by part; empty when none does. */
export function renderParts(comparisons: readonly Comparison[]): string {
  const lines = comparisons.flatMap(({ row, troupe }) =>
    isMeasured(troupe)
      ? Object.entries(troupe.partsUs ?? {}).map(([part, us]) => [row.name, part, formatNumber(us)])
      : []
  );
  return lines.length === 0 ? "" : renderGrid([["row", "part", "us per task"], ...lines]);
}

/** What must be known about single figures: notes, broken demands, and why figures are missing. */
export function renderNotes(comparisons: readonly Comparison[]): string {
  return comparisons.flatMap((one) => notesOf(one).map((note) => `- ${one.row.name}: ${note}`)).join("\n");
}

/** A number with three significant digits or more, and commas. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function cellsOf(one: Comparison): string[] {
  const { row, bestPool } = one;
  return [
    row.name,
    row.unit,
    formatFigure(one.troupe),
    row.dask === "none" ? "-" : formatFigure(one.dask),
    formatRatio(one.overDask),
    bestPool === undefined ? (row.hasPools ? "missing" : "-") : `${formatNumber(bestPool.value)} ${bestPool.name}`,
    formatRatio(one.overPool),
    row.raw === undefined ? "-" : formatFigure(one.raw),
    formatRatio(one.overRaw),
    row.target.text,
    VERDICT_TEXTS[one.verdict],
  ];
}

function notesOf({ troupe, dask, pools, raw }: Comparison): string[] {
  const figures: [string, Figure | undefined][] = [
    ["Troupe", troupe],
    ["Dask", dask],
    ...Object.entries(pools),
    ["raw", raw],
  ];
  return figures.flatMap(([who, figure]) => {
    if (figure === undefined) return [];
    if (!isMeasured(figure)) return [`${who} is missing: ${figure.missing}`];
    return [
      ...(figure.broken === undefined ? [] : [`${who} is broken: ${figure.broken}`]),
      ...(figure.note === undefined ? [] : [`${who}: ${figure.note}`]),
    ];
  });
}

/** The number, or that it is missing. */
export function formatFigure(figure: Figure | undefined): string {
  return isMeasured(figure) ? formatNumber(figure.value) : "missing";
}

function formatRatio(ratio: number | undefined): string {
  return ratio === undefined ? "-" : `${formatNumber(ratio)}x`;
}

/** Columns of equal width, as Markdown. Numbers stand at the right, names of rows never. */
export function renderGrid(lines: readonly (readonly string[])[]): string {
  const [headings = [], ...body] = lines;
  const widths = headings.map((_, column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)));
  const isNumeric = headings.map((_, column) => column > 0 && body.some((line) => /^\d/.test(line[column] ?? "")));
  function renderLine(line: readonly string[]): string {
    const cells = widths.map((width, column) => {
      const cell = line[column] ?? "";
      return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${cells.join(" | ")} |`;
  }
  const rule = widths.map((width, column) => isNumeric[column] ? `${"-".repeat(width - 1)}:` : "-".repeat(width));
  return [renderLine(headings), `| ${rule.join(" | ")} |`, ...body.map(renderLine)].join("\n");
}
