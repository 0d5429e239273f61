/** Counts of things in texts. @module */
import { wordsOf } from "./words.ts";

/** Counts things, whatever they are. */
abstract class Tally {
  readonly #counts = new Map<string, number>();

  /** What is counted of a word; undefined for one that does not count. */
  abstract thingOf(word: string): string | undefined;

  /** Counts what is in texts. */
  addAll(texts: readonly string[]): this {
    for (const word of texts.flatMap(wordsOf)) {
      const thing = this.thingOf(word);
      if (thing !== undefined) this.#counts.set(thing, (this.#counts.get(thing) ?? 0) + 1);
    }
    return this;
  }

  /** The most frequent things. */
  top(n: number): string[] {
    const sorted = [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return sorted.slice(0, n).map(([thing, count]) => `${thing} ${count}`);
  }
}

/** Counts words. */
export class WordTally extends Tally {
  override thingOf(word: string): string {
    return word;
  }
}

/** Counts how long words are. */
export class LengthTally extends Tally {
  readonly #longest: number;

  /** @param longest Longer words do not count. */
  constructor(longest: number) {
    super();
    this.#longest = longest;
  }

  override thingOf(word: string): string | undefined {
    return word.length <= this.#longest ? `${word.length} letters` : undefined;
  }
}
