/** Actors for tests, in a module of their own: so they can be sent to threads and processes. */
import { Actor, type ActorRef } from "@troupe/troupe";

/** Counts; and does some odd things. */
export class Counter extends Actor {
  #n: number;
  constructor(start = 0) {
    super();
    this.#n = start;
  }
  increment(by = 1): number {
    return this.#n += by;
  }
  // deno-lint-ignore require-await -- an async method is what is tested
  async incrementLater(by: number): Promise<number> {
    return this.#n += by;
  }
  echo<T>(value: T): T {
    return value;
  }
  /** Changes its argument, which must not show at the caller's. */
  push(list: number[]): number {
    return list.push(99);
  }
  fail(text: string): never {
    throw Object.assign(new RangeError(text), { index: 7 });
  }
  pid(): number {
    return Deno.pid;
  }
  exit(code: number): void {
    Deno.exit(code);
  }
  /** Spins for ever; writes into that file when it begins. */
  spin(sign: string): void {
    Deno.writeTextFileSync(sign, "spins");
    for (;;);
  }
  fillHeap(): void {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(10_000).fill(kept.length));
  }
  /** Keeps its mailbox waiting. */
  async rest(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
  async forward(to: ActorRef<Counter>, by: number): Promise<number> {
    return await to.ask.increment(by);
  }
  me(): ActorRef<Counter> {
    return this.context.self<Counter>();
  }
  systemName(): string {
    return this.context.system.name;
  }
  async *count(to: number): AsyncGenerator<number> {
    for (let i = 0; i < to; i++) yield await Promise.resolve(i);
  }
  /** One item, and then none for a long time. */
  async *drip(): AsyncGenerator<number> {
    const { signal } = this.context;
    yield await Promise.resolve(1);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  }
  async membersSeen(group: string): Promise<string[]> {
    return (await this.context.system.members(group)).map(({ address }) => address);
  }
  /** What is wrong with the way this actor is talked to, as a text. */
  async findCounter(name: string): Promise<number> {
    const found = await this.context.system.lookup<Counter>(name);
    return await found.ask.increment(0);
  }
}

/** Has children, and tells a recorder about everybody's life. */
export class Family extends Actor {
  readonly #log: string[] = [];
  readonly #children: ActorRef<Child>[] = [];
  async have(name: string, onFailure: "restart" | "escalate" = "restart"): Promise<void> {
    const log = this.context.self<Family>();
    this.#children.push(await this.context.spawn(Child, { args: [name, log], name, supervision: { onFailure } }));
  }
  note(line: string): void {
    this.#log.push(line);
  }
  log(): string[] {
    return this.#log.splice(0);
  }
  children(): ActorRef<Child>[] {
    return this.#children;
  }
}

/** A child of {@linkcode Family}. */
export class Child extends Actor {
  readonly #name: string;
  readonly #parent: ActorRef<Family>;
  constructor(name: string, parent: ActorRef<Family>) {
    super();
    this.#name = name;
    this.#parent = parent;
  }
  override onStart(): void {
    void this.#parent.tell.note(`start ${this.#name}`);
  }
  override onStop(): void {
    void this.#parent.tell.note(`stop ${this.#name}`);
  }
  fail(): void {
    throw new Error(`${this.#name} failed`);
  }
}
