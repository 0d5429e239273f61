/**
 * What one program of the bench reports to the harness: figures by row, as one JSON line on its standard output.
 *
 * @module
 */

/** One number, or why there is none. */
export type Figure = MeasuredFigure | MissingFigure;

/** A number in the unit of its row. */
export interface MeasuredFigure {
  readonly value: number;
  /** What a reader must know to compare it. */
  readonly note?: string;
  /** Which demand besides the number was not met; such a row fails whatever the number is. */
  readonly broken?: string;
  /** Where the time went: microseconds per task by part. Shown in a section of its own. */
  readonly partsUs?: Readonly<Record<string, number>>;
}

/** Nothing was measured. */
export interface MissingFigure {
  /** The reason, in half a sentence. */
  readonly missing: string;
}

/** Figures by the name of their row. */
export type Figures = Readonly<Record<string, Figure>>;

const LINE_START = '{"figures":';

/** Whether there is a number. */
export function isMeasured(figure: Figure | undefined): figure is MeasuredFigure {
  return figure !== undefined && "value" in figure;
}

/** Writes the line that {@linkcode parseFigures} looks for. */
export function printFigures(figures: Figures): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify({ figures })}\n`);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}

/** The figures in what a program printed; `undefined` when no line of it reports any. The last such line counts. */
export function parseFigures(stdout: string): Figures | undefined {
  const line = stdout.split("\n").findLast((one) => one.replaceAll(" ", "").startsWith(LINE_START));
  if (line === undefined) return undefined;
  const report: unknown = parseJson(line);
  if (!isRecord(report) || !isRecord(report["figures"])) return undefined;
  const figures: Record<string, Figure> = {};
  for (const [row, raw] of Object.entries(report["figures"])) figures[row] = parseFigure(raw);
  return figures;
}

function parseFigure(raw: unknown): Figure {
  if (!isRecord(raw)) return { missing: "the program reported no figure" };
  if (typeof raw["missing"] === "string") return { missing: raw["missing"] };
  const value = raw["value"];
  if (typeof value !== "number" || !Number.isFinite(value)) return { missing: "the program reported no number" };
  return {
    value,
    ...(typeof raw["note"] === "string" ? { note: raw["note"] } : {}),
    ...(typeof raw["broken"] === "string" ? { broken: raw["broken"] } : {}),
    ...(isRecord(raw["partsUs"]) ? { partsUs: numbersOf(raw["partsUs"]) } : {}),
  };
}

function numbersOf(raw: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value === "number") numbers[name] = value;
  }
  return numbers;
}

/** A line that is cut off is as good as none: its program has failed, and the harness says so from the exit code. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
