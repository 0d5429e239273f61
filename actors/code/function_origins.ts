import { describe } from "../base/errors.ts";
import type { FunctionHash } from "../protocol/task.ts";
import { type CodeFrame, codeUrl, isCodeUrl, replaceCodeFrames, TEXT_FIRST_LINE } from "./code_frames.ts";
import { FunctionInspector, type TextPlace } from "./function_inspector.ts";
import { RecentMap } from "./recent_map.ts";
import { originalPosition } from "./source_position.ts";

/** Texts that are remembered: far more than a program has functions in work. */
const TEXTS_MAX = 4_096;
/** Troupe's own code, which never travels by its text. */
const OWN_FOLDER = new URL("../", import.meta.url).href;
/** Characters that are compared to find a place again in a line that was changed. */
const COMPARED_LENGTHS = [48, 24, 12, 6];

/** A function whose text travelled. */
export interface TravelledText {
  /** For people, where nothing better is known. */
  readonly name: string;
  /** The text in its script. */
  readonly text: string;
  /** What travelled: the same lines, with another key for a method and other names for what it may not write. */
  readonly expression: string;
}

/**
 * Knows where the functions that travelled were written. Stacks come back with positions in their texts, and leave with
 * positions in the user's files. Costs next to nothing until there is an error: texts are looked up in the scripts that V8
 * has loaded, and positions in their source maps, when somebody asks.
 */
export class FunctionOrigins {
  readonly #texts = new RecentMap<FunctionHash, TravelledText>(TEXTS_MAX);
  /** By text and where it was looked for first. */
  readonly #places = new RecentMap<string, readonly TextPlace[]>(TEXTS_MAX);
  /** Undefined before the first question, null where V8 may not be asked. */
  #inspector: FunctionInspector | null | undefined;

  /** A function travels by its text, under this hash. */
  remember(hash: FunctionHash, travelled: TravelledText): void {
    this.#texts.set(hash, travelled);
  }

  /**
   * A stack with each frame of a function that was remembered in the user's own file. Where its place is not known, the frame
   * names the task: `at sum (task "sum":2:11)`, by lines of the function itself. Other frames stay as they are.
   *
   * @param stack From an error that travelled.
   * @param site Frames of the `submit`: of several functions with one text, the one next to it is meant.
   */
  locate(stack: string, site = ""): string {
    try {
      return replaceCodeFrames(stack, (frame) => this.#position(frame, site));
    } finally {
      this.#inspector?.close();
    }
  }

  #position({ hash, line, column }: CodeFrame, site: string): string | undefined {
    const travelled = this.#texts.get(hash);
    if (travelled === undefined) return undefined;
    const row = line - TEXT_FIRST_LINE;
    const place = nearest(this.#placesOf(hash, travelled.text, site), site);
    const at = originalColumn(travelled, row, column - 1);
    const found = place && originalPosition(place.url, place.line + row, row === 0 ? place.column + at : at);
    return found ?? `task ${describe(travelled.name)}:${row + 1}:${at + 1}`;
  }

  #placesOf(hash: FunctionHash, text: string, site: string): readonly TextPlace[] {
    const urls = urlsIn(site);
    const key = `${[...urls].join(" ")}\n${text}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const inspector = this.#inspect();
    if (inspector === undefined) return [];
    let places = inspector.findText(text, (url) => urls.has(url));
    // Revived in this very thread, it stands in a script of its own, too.
    if (places.length === 0) places = inspector.findText(text, (url) => isOfProgram(url) && url !== codeUrl(hash));
    this.#places.set(key, places);
    return places;
  }

  #inspect(): FunctionInspector | undefined {
    if (this.#inspector === undefined) this.#inspector = FunctionInspector.open() ?? null;
    return this.#inspector ?? undefined;
  }
}

function isOfProgram(url: string): boolean {
  return /^(?:file|https?|data|blob|troupe-code):/.test(url) && !url.startsWith(OWN_FOLDER);
}

/** The scripts that frames name. */
function urlsIn(frames: string): ReadonlySet<string> {
  return new Set(Array.from(frames.matchAll(POSITION), ([, url = ""]) => url));
}

const POSITION = /((?:file|https?|data|blob|troupe-code):[^\s,)]+?)(?:, <anonymous>)?:(\d+):\d+\)?$/gm;

/** The place whose lines are nearest to a frame of `site`; any other where no frame is in the same script. */
function nearest(places: readonly TextPlace[], site: string): TextPlace | undefined {
  if (places.length < 2) return places[0];
  let best = places.find(({ url }) => !isCodeUrl(url)) ?? places[0];
  let bestLines = Infinity;
  for (const [, url, line] of site.matchAll(POSITION)) {
    for (const place of places) {
      if (place.url !== url) continue;
      const position = originalPosition(url, place.line, place.column) ?? "";
      const lines = Math.abs(Number(position.split(":").at(-2)) - Number(line));
      if (lines < bestLines) [best, bestLines] = [place, lines];
    }
  }
  return best;
}

/** A column of what travelled, in the text as it was written: where the same characters follow, the nearest if there are several. */
function originalColumn({ text, expression }: TravelledText, row: number, column: number): number {
  if (text === expression) return column;
  const [written = "", travelled = ""] = [text.split("\n")[row], expression.split("\n")[row]];
  if (written === travelled) return column;
  for (const length of COMPARED_LENGTHS) {
    const next = travelled.slice(column, column + length);
    let best = -1;
    for (let at = written.indexOf(next); at >= 0; at = written.indexOf(next, at + 1)) {
      if (best < 0 || Math.abs(at - column) < Math.abs(best - column)) best = at;
    }
    if (best >= 0 && next !== "") return best;
  }
  return Math.min(column, written.length);
}
