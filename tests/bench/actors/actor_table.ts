/** The figures of all who were asked, as text. */
import { type Figures, isMeasured } from "../figure.ts";
import { formatFigure, formatNumber, renderGrid } from "../table.ts";
import { type ActorRow, type Place, PLACES, RAY_SOURCE } from "./actor_row.ts";

/** Figures by the name of their contender: a place, or what it is compared with. */
export type ActorResults = Readonly<Record<string, Figures>>;

/** One line per row, one column per contender; `-` where a contender has no such row. */
export function renderActorTable(rows: readonly ActorRow[], results: ActorResults, isQuick: boolean): string {
  const contenders = Object.keys(results);
  const lines = rows.map((row) => [
    row.name,
    row.unit,
    ...contenders.map((contender) => {
      const figure = results[contender]?.[row.name];
      return figure === undefined ? "-" : formatFigure(figure);
    }),
    row.ray === undefined ? "-" : formatNumber(row.ray),
    targetText(row),
    reached(row, results, isQuick),
  ]);
  return renderGrid([["row", "unit", ...contenders, "Ray (published)", "target", "reached"], ...lines]);
}

/** What the rows mean, where Ray's figures are from, and what is to be said about single figures. */
export function renderActorNotes(rows: readonly ActorRow[], results: ActorResults): string {
  const whats = rows.map((row) => `- ${row.name}: ${row.what}`);
  const notes = Object.entries(results).flatMap(([contender, figures]) => {
    const missing = new Set(rows.flatMap(({ name }) => {
      const figure = figures[name];
      return figure === undefined || isMeasured(figure) ? [] : [figure.missing];
    }));
    const said = rows.flatMap(({ name }) => {
      const figure = figures[name];
      return figure !== undefined && isMeasured(figure) && figure.note !== undefined ? [`${name}: ${figure.note}`] : [];
    });
    return [
      ...[...missing].map((why) => `- ${contender} is missing: ${why}`),
      ...said.map((x) => `- ${contender}, ${x}`),
    ];
  });
  return [...whats, `- Ray: ${RAY_SOURCE}, on machines of its own`, ...notes].join("\n");
}

function targetsOf(row: ActorRow): [Place, number][] {
  return PLACES.flatMap((place): [Place, number][] => {
    const limit = row.targets[place];
    return limit === undefined ? [] : [[place, limit]];
  });
}

function targetText(row: ActorRow): string {
  const sign = row.isHigherBetter ? ">=" : "<=";
  const texts = targetsOf(row).map(([place, limit]) => `${place} ${sign} ${limit.toLocaleString("en-US")}`);
  return texts.length === 0 ? "-" : texts.join(", ");
}

/** Whether every target of the row is reached; small sizes are not judged. */
function reached(row: ActorRow, results: ActorResults, isQuick: boolean): string {
  const targets = targetsOf(row);
  if (isQuick || targets.length === 0) return "-";
  const verdicts = targets.map(([place, limit]) => {
    const figure = results[place]?.[row.name];
    if (!isMeasured(figure)) return "missing";
    return (row.isHigherBetter ? figure.value >= limit : figure.value <= limit) ? "pass" : "FAIL";
  });
  if (verdicts.includes("FAIL")) return "FAIL";
  return verdicts.includes("missing") ? "missing" : "pass";
}
