import { Actor } from "@troupe/troupe";

/** Writes down the numbers that it is given. */
export class Tally extends Actor {
  readonly #taken: number[] = [];

  take(n: number): void {
    this.#taken.push(n);
  }

  taken(): number[] {
    return this.#taken;
  }
}
