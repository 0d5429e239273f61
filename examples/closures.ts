/**
 * Any function is a task: with its helpers, its constants, its classes, and the values of its variables.
 *
 * ```sh
 * deno run -A examples/closures.ts
 * ```
 *
 * @module
 */
import { Client, type Future, TroupeError } from "@troupe/troupe";

const rates = new Map([["EUR", 1], ["USD", 1.25]]);
let surcharge = 0.5;

class Money {
  readonly #euros: number;
  constructor(amount: number, currency: string) {
    this.#euros = amount / (rates.get(currency) ?? NaN);
  }
  toString(): string {
    return `EUR ${(this.#euros + surcharge).toFixed(2)}`;
  }
}

function price(amount: number, currency: string): string {
  return String(new Money(amount, currency));
}

await using client = await Client.connect();

// A function with all that it reaches: a class, a Map, a variable.
console.log(await client.submit(price, 10, "USD").result());
console.log(await client.submit(() => `bill: ${price(1, "EUR")}`).result());

// What a variable holds is what it held when the task was submitted.
surcharge = 1;
console.log(await client.submit(price, 10, "USD").result());

// Closures of a loop, each with its own values; functions as arguments and as results.
const squares: Future<number>[] = [];
for (let i = 0; i < 5; i++) squares.push(client.submit(() => i * i));
console.log(await client.gather(squares));
const adder = await client.submit((n: number) => (x: number) => x + n, 40).result();
console.log(await client.submit((f: (x: number) => number) => f(2), adder).result());

// A captured future is a dependency.
const base = client.submit(() => 20);
console.log(await client.submit(async () => await base.result() + 1).result());

// What cannot travel is refused at once, with the way to it.
const connection = new (class Connection {})();
try {
  client.submit(() => connection);
} catch (error) {
  if (!TroupeError.is(error)) throw error;
  console.log(`${error.message}. ${error.hint}`);
}
