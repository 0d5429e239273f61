/** The actors of the conformance suite: exports of a module of their own, so that they can live anywhere. @module */
import { Actor, type ActorRef, type Down } from "@troupe/troupe";

/** Writes down what others tell it; lives with the test. */
export class Notebook extends Actor {
  readonly #lines: string[] = [];
  note(line: string): void {
    this.#lines.push(line);
  }
  lines(): string[] {
    return this.#lines;
  }
}

/** Does one thing of each kind. */
export class Player extends Actor {
  readonly #name: string;
  readonly #notebook: ActorRef<Notebook> | undefined;
  readonly #log: string[] = [];
  #gate = Promise.withResolvers<void>();
  #n = 0;

  constructor(name = "player", notebook?: ActorRef<Notebook>) {
    super();
    this.#name = name;
    this.#notebook = notebook;
    this.#log.push("made");
  }

  override async onStart(): Promise<void> {
    await Promise.resolve();
    this.#log.push("started");
    await this.#notebook?.ask.note(`start ${this.#name}`);
  }

  override async onStop(reason: Down["reason"]): Promise<void> {
    await this.#notebook?.ask.note(`stop ${this.#name} ${reason}`);
  }

  add(by = 1): number {
    return this.#n += by;
  }
  log(): string[] {
    return this.#log;
  }
  echo<T>(value: T): T {
    return value;
  }
  /** Changes its argument, which must not show at the caller's. */
  push(list: number[]): number {
    return list.push(99);
  }
  /** Two awaits, and a line before and after. */
  async slowly(name: string): Promise<void> {
    this.#log.push(`begin ${name}`);
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1));
    this.#log.push(`end ${name}`);
  }
  fail(text: string): never {
    throw Object.assign(new RangeError(text), { index: 7, cause: new TypeError("deeper") });
  }
  // deno-lint-ignore require-await -- an async method is what is tested
  async failLater(text: string): Promise<never> {
    throw new RangeError(text);
  }
  unsendable(): () => number {
    return () => 1;
  }
  me(): ActorRef<Player> {
    return this.context.self<Player>();
  }
  /** Passes a call on along a trail; gives its length. */
  async pass(trail: readonly ActorRef<Player>[]): Promise<number> {
    const [next, ...rest] = trail;
    await Promise.resolve();
    return next === undefined ? 0 : 1 + await next.ask.pass(rest);
  }
  /** Tells, and waits for nothing. */
  async tellOn(to: ActorRef<Player>): Promise<void> {
    await to.tell.add();
  }
  /** Has another one ask this one later, and goes on for a while. */
  async callBack(other: ActorRef<Player>, self: ActorRef<Player>): Promise<string> {
    const reply = await other.ask.askLater(self);
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1));
    return reply;
  }
  async askLater(to: ActorRef<Player>): Promise<string> {
    await Promise.resolve();
    this.context.after(0, async () => void this.#log.push(`later ${await to.ask.pass([])}`));
    return "set";
  }
  async forward(to: ActorRef<Player>, by: number): Promise<number> {
    return await to.ask.add(by);
  }
  /** Rests until a file is there, which a test can put there whatever this actor is doing. */
  async restUntil(path: string): Promise<string> {
    void this.#notebook?.tell.note(`rest ${this.#name}`);
    for (;;) {
      try {
        const text = await Deno.readTextFile(path);
        void this.#notebook?.tell.note(`rested ${this.#name}`);
        return text;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
  }
  /** Waits for {@linkcode Player.open}: for reentrant players. */
  async wait(): Promise<string> {
    await this.#gate.promise;
    return "waited";
  }
  open(): void {
    this.#gate.resolve();
  }
  /** Notes something again and again, until the end. */
  tick(): void {
    this.context.every(1, () => void this.#notebook?.tell.note(`tick ${this.#name}`));
    this.context.after(1, () => void this.#notebook?.tell.note(`once ${this.#name}`));
    this.context.after(1, () => void this.#notebook?.tell.note(`never ${this.#name}`))[Symbol.dispose]();
  }
}

/** Has methods that give one item after the other. */
export class Spring extends Actor {
  #made = 0;
  #isClosed = false;
  #isInStep = false;
  async *count(to: number): AsyncGenerator<number> {
    try {
      for (let i = 0; i < to; i++) {
        this.#made = i + 1;
        yield await Promise.resolve(i);
      }
    } finally {
      this.#isClosed = true;
    }
  }
  async *failAfter(count: number): AsyncGenerator<number> {
    for (let i = 0; i < count; i++) yield await Promise.resolve(i);
    throw new RangeError("dried up");
  }
  async *unsendable(): AsyncGenerator<unknown> {
    yield 1;
    yield () => 1;
  }
  async *big(count: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i++) yield await Promise.resolve(new Uint8Array(400_000).fill(i));
  }
  /** Awaits between two items, in the middle of a step. */
  async *slowly(): AsyncGenerator<string> {
    for (const word of ["a", "b", "c"]) {
      this.#isInStep = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.#isInStep = false;
      yield word;
    }
  }
  isInStep(): boolean {
    return this.#isInStep;
  }
  made(): number {
    return this.#made;
  }
  isClosed(): boolean {
    return this.#isClosed;
  }
}

/** Cannot start. */
export class Stillborn extends Actor {
  override onStart(): Promise<void> {
    return Promise.reject(new TypeError("no start"));
  }
}

/** Has children. */
export class Parent extends Actor {
  readonly #notebook: ActorRef<Notebook>;
  readonly #children: ActorRef<Player>[] = [];
  constructor(notebook: ActorRef<Notebook>) {
    super();
    this.#notebook = notebook;
  }
  async have(name: string, onFailure: "restart" | "stop" | "escalate" = "restart"): Promise<ActorRef<Player>> {
    const child = await this.context.spawn(Player, {
      args: [name, this.#notebook],
      name,
      supervision: { onFailure },
    });
    this.#children.push(child);
    return child;
  }
}
