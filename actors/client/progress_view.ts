/** How progress looks: from what is known and the size of the screen to lines. Pure. @module */

/** The tasks of one function name. */
export interface ProgressGroup {
  /** The function's name. */
  readonly name: string;
  /** How many there are. */
  readonly total: number;
  /** How many are done, failed ones included. */
  readonly done: number;
  /** How many failed, were cancelled or are lost. */
  readonly failed: number;
  /** How many were done when the watch began: they say nothing about the rate. */
  readonly before: number;
}

/** Everything that is shown. */
export interface ProgressState {
  /** In the order of their first appearance. */
  readonly groups: readonly ProgressGroup[];
  /** Time since the watch began. */
  readonly elapsedMs: number;
  /** Whether all is done. */
  readonly isOver: boolean;
}

/** Where it is shown. */
export interface ProgressFrame {
  /** Columns of the screen; no line is longer. */
  readonly columns: number;
  /** Rows of the screen; there are no more lines. */
  readonly rows: number;
  /** Whether escape sequences for colors are used. */
  readonly hasColors: boolean;
}

const BAR_COLUMNS_MAX = 40;
const BAR_COLUMNS_MIN = 6;
const RATE_COLUMNS = 7;
const LEFT_COLUMNS = 11;
const RED = "\x1b[31m";
const GREEN = "\x1b[32m";
const DIM = "\x1b[2m";
const PLAIN = "\x1b[0m";

/** One line per function name: name, bar, count, rate and time left, as far as there is room. */
export function drawProgress(state: ProgressState, frame: ProgressFrame): string[] {
  const { columns, rows } = frame;
  if (columns < 1 || rows < 1) return [];
  const shown = state.groups.length > rows ? state.groups.slice(0, rows - 1) : state.groups;
  const widest = Math.max(0, ...shown.map(({ name }) => columnsOf(cleaned(name))));
  const nameColumns = Math.min(widest, Math.max(4, Math.floor(columns / 3)));
  const tails = tailsOf(shown, state);
  // What has least to say goes first when there is no room; all bars are equally long.
  const room = (list: readonly string[]): number =>
    columns - nameColumns - 4 - Math.max(0, ...list.map((tail) => tail.length));
  const fitting = tails.find((list) => room(list) >= BAR_COLUMNS_MIN);
  const lines = shown.map((group, index) => {
    const name = padded(cut(cleaned(group.name), nameColumns), nameColumns);
    if (fitting === undefined) return cut(`${name} ${group.done}/${group.total}`, columns);
    const bar = barOf(group, Math.min(BAR_COLUMNS_MAX, room(fitting)), frame.hasColors);
    const tail = fitting[index]!.trimEnd();
    return `${name}  ${bar}  ${frame.hasColors ? tail.replace(/\d+ failed/, `${RED}$&${PLAIN}`) : tail}`;
  });
  if (shown.length < state.groups.length) {
    lines.push(cut(`... and ${state.groups.length - shown.length} more`, columns));
  }
  return lines;
}

/** Everything in one line of plain text, for logs. */
export function describeProgress(state: ProgressState): string {
  const parts = state.groups.map(({ name, done, total, failed }) =>
    `${cleaned(name)} ${done}/${total}${failed > 0 ? ` (${failed} failed)` : ""}`
  );
  const { done, total, before } = sumOf(state.groups);
  const { rate, left } = paceOf({ done, total, before }, state.elapsedMs);
  const pace = state.isOver ? [`in ${durationText(state.elapsedMs)}`] : [rate, left].filter((part) => part !== "");
  return `progress: ${parts.join(", ")}${pace.length > 0 ? `; ${pace.join(", ")}` : ""}`;
}

/** How many rows lines take on a screen that is so wide: those of a wider one may be wrapped now. */
export function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(columnsOf(withoutColors(line)) / columns)), 0);
}

/** How many columns a text takes on a screen. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

const MARK = /^\p{M}$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** What stands behind the bars, with more and more left out; each list has a text per group. */
function tailsOf(groups: readonly ProgressGroup[], { elapsedMs, isOver }: ProgressState): string[][] {
  const counts = groups.map(({ done, total }) => `${String(done).padStart(String(total).length)}/${total}`);
  const countColumns = Math.max(0, ...counts.map((count) => count.length));
  const tails: string[][] = [[], [], [], []];
  for (const [index, group] of groups.entries()) {
    const count = counts[index]!.padStart(countColumns);
    const percent = `${Math.floor(100 * group.done / Math.max(1, group.total))}%`.padStart(4);
    const failed = group.failed > 0 ? `${group.failed} failed` : "";
    const { rate, left } = paceOf(group, elapsedMs);
    // Padded, so that bars do not jump when a number becomes longer.
    const took = isOver ? `in ${durationText(elapsedMs)}` : "";
    const pace = isOver ? took : `${rate.padEnd(RATE_COLUMNS)}  ${left.padEnd(LEFT_COLUMNS)}`;
    const time = isOver ? took : left.padEnd(LEFT_COLUMNS);
    const levels = [[count, percent, failed, pace], [count, percent, failed, time], [count, failed], [count]];
    for (const [level, parts] of levels.entries()) {
      tails[level]!.push(parts.filter((part) => part.trim() !== "" || part === pace).join("  "));
    }
  }
  return tails;
}

function barOf({ total, done, failed }: ProgressGroup, columns: number, hasColors: boolean): string {
  const share = (count: number): number => Math.floor(columns * count / Math.max(1, total));
  const filled = share(done);
  // Whatever failed is seen, were it one of a million.
  const red = failed > 0 ? Math.min(filled, Math.max(1, share(failed))) : 0;
  const marks: readonly [color: string, text: string][] = [
    [done === total ? GREEN : "", "█".repeat(filled - red)],
    [RED, (hasColors ? "█" : "x").repeat(red)],
    [DIM, "░".repeat(columns - filled)],
  ];
  return marks.map(([color, text]) => hasColors && color !== "" && text !== "" ? color + text + PLAIN : text).join("");
}

function paceOf(
  { done, total, before }: Pick<ProgressGroup, "done" | "total" | "before">,
  elapsedMs: number,
): { rate: string; left: string } {
  const perMs = elapsedMs > 0 ? Math.max(0, done - before) / elapsedMs : 0;
  if (perMs === 0 || done >= total) return { rate: perMs === 0 ? "" : rateText(perMs), left: "" };
  return { rate: rateText(perMs), left: `${durationText((total - done) / perMs)} left` };
}

function rateText(perMs: number): string {
  const perSecond = perMs * 1000;
  if (perSecond >= 10) return `${Math.round(perSecond).toLocaleString("en-US")}/s`;
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`;
}

/** A duration for people: `0.4 s`, `45 s`, `12 min`, `3.2 h`. */
function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

function sumOf(groups: readonly ProgressGroup[]): { done: number; total: number; before: number } {
  const sum = { done: 0, total: 0, before: 0 };
  for (const { done, total, before } of groups) {
    sum.done += done;
    sum.total += total;
    sum.before += before;
  }
  return sum;
}

/** A name that cannot move the cursor. */
function cleaned(name: string): string {
  return name.replace(/\p{Cc}/gu, "?");
}

function withoutColors(line: string): string {
  // deno-lint-ignore no-control-regex -- colors are control characters
  return line.replace(/\x1b\[\d*m/g, "");
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** The text, or its beginning and three dots. */
function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const dots = ".".repeat(Math.min(3, columns));
  let kept = "";
  for (const character of text) {
    if (columnsOf(kept + character) > columns - dots.length) break;
    kept += character;
  }
  return kept + dots;
}
