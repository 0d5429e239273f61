import { Actor } from "@troupe/troupe";

/** A virtual actor that keeps its balance. */
export class Account extends Actor {
  readonly #id: string;
  #balance = 0;

  constructor(id: string) {
    super();
    this.#id = id;
  }

  override saveState(): unknown {
    return { balance: this.#balance };
  }

  override loadState(state: unknown): void {
    this.#balance = Number(Reflect.get(Object(state), "balance"));
  }

  deposit(amount: number): number {
    return this.#balance += amount;
  }

  spoil(): void {
    this.#balance = -1;
    throw new Error("spoiled");
  }

  id(): string {
    return this.#id;
  }

  pid(): number {
    return Deno.pid;
  }

  die(): void {
    Deno.kill(Deno.pid, "SIGKILL");
  }
}
