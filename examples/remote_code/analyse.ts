/** What is to be known of one text. @module */
import { WordTally } from "./lib/tally.ts";

/** How many texts were analysed by this executor. */
let count = 0;

/** The two words that a text has most often. */
export function analyse(text: string): string[] {
  count++;
  return new WordTally().addAll([text]).top(2);
}

/** How many texts this executor has analysed. */
export function documentCount(): number {
  return count;
}
