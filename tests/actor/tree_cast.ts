/** A parent with children in several places, who write down their lives. @module */
import { Actor, type ActorRef, type Down, type SpawnOptions } from "@troupe/troupe";

/** Keeps lines. */
export class Diary extends Actor {
  #lines: string[] = [];
  note(line: string): void {
    this.#lines.push(line);
  }
  lines(): string[] {
    return this.#lines;
  }
}

/** A leaf. */
export class Leaf extends Actor {
  readonly #name: string;
  readonly #diary: ActorRef<Diary>;
  constructor(name: string, diary: ActorRef<Diary>) {
    super();
    this.#name = name;
    this.#diary = diary;
  }
  override async onStart(): Promise<void> {
    await this.#diary.ask.note(`start ${this.#name}`);
  }
  override async onStop(reason: Down["reason"]): Promise<void> {
    await this.#diary.ask.note(`stop ${this.#name} ${reason}`);
  }
  pid(): number {
    return Deno.pid;
  }
  fail(): void {
    throw new RangeError(`${this.#name} failed`);
  }
  exit(): void {
    Deno.exit(7);
  }
}

/** What a tree is asked to grow. */
export type Growth = { readonly name: string } & Pick<SpawnOptions, "on" | "supervision">;

/** Has leaves from its start on. */
export class Tree extends Actor {
  readonly #diary: ActorRef<Diary>;
  readonly #growths: readonly Growth[];
  readonly #leaves = new Map<string, ActorRef<Leaf>>();
  constructor(diary: ActorRef<Diary>, growths: readonly Growth[]) {
    super();
    this.#diary = diary;
    this.#growths = growths;
  }
  override async onStart(): Promise<void> {
    for (const { name, ...options } of this.#growths) {
      this.#leaves.set(name, await this.context.spawn(Leaf, { args: [name, this.#diary], name, ...options }));
    }
    await this.#diary.ask.note("start tree");
  }
  leaf(name: string): ActorRef<Leaf> {
    return this.#leaves.get(name)!;
  }
}
