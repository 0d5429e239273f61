import { describe } from "../base/errors.ts";
import type { FunctionHash } from "../protocol/task.ts";
import { type CodeFrame, codeUrl, isCodeUrl, positionText, replaceCodeFrames, TEXT_FIRST_LINE } from "./code_frames.ts";
import { FunctionInspector, type TextPlace } from "./function_inspector.ts";
import { nodeBuiltin } from "./node_builtin.ts";
import { RecentMap } from "./recent_map.ts";

/** Texts that are remembered: far more than a program has functions in work. */
const TEXTS_MAX = 4_096;
/** Troupe's own code, which never travels by its text. */
const OWN_FOLDER = new URL("../", import.meta.url).href;
/** Scripts as their authors wrote them, without a source map. */
const PLAIN_SCRIPT = /^data:|\.[cm]?js(?:[?#]|$)/;

/** A function whose text travelled. */
export interface TravelledText {
  /** For people, where nothing better is known. */
  readonly name: string;
  /** The text in its script. */
  readonly text: string;
  /** What travelled: the same but, for a method, what stands before and behind it. */
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
    // Of a method, the first line stands somewhere else than in what travelled.
    const at = row === 0 ? column - 1 + firstLineShift(travelled) : column - 1;
    const found = place && original(place.url, place.line + row, row === 0 ? place.column + at : at);
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
      const position = original(url, place.line, place.column) ?? "";
      const lines = Math.abs(Number(position.split(":").at(-2)) - Number(line));
      if (lines < bestLines) [best, bestLines] = [place, lines];
    }
  }
  return best;
}

/** A position in a script, both from 0, as the author of the script knows it; undefined when nobody can tell. */
function original(url: string, line: number, column: number): string | undefined {
  if (url.startsWith("file:")) {
    const map = nodeBuiltin("node:module").findSourceMap(decodeURIComponent(new URL(url).pathname));
    const entry = map?.findEntry(line, column);
    if (entry !== undefined && "originalLine" in entry) {
      return positionText(url, entry.originalLine + 1, entry.originalColumn + 1);
    }
  }
  return isCodeUrl(url) || PLAIN_SCRIPT.test(url) ? positionText(url, line + 1, column + 1) : undefined;
}

/** How much further to the right the first line of a text stands in its script than in what travelled. */
function firstLineShift({ text, expression }: TravelledText): number {
  if (text === expression) return 0;
  for (let at = text.indexOf("("); at >= 0; at = text.indexOf("(", at + 1)) {
    const found = expression.indexOf(text.slice(at));
    if (found >= 0) return at - found;
  }
  return 0;
}
