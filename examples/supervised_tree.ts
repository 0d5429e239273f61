/**
 * A supervisor and its workers: kill a leaf, and watch it come back. The supervisor sees to that by itself: it watches its
 * children and starts another one when one of them is gone; what fails by itself is restarted by its policy.
 *
 * @module
 */
import { Actor, type ActorRef, ActorSystem } from "@troupe/troupe";

class Leaf extends Actor {
  readonly #name: string;
  constructor(name: string) {
    super();
    this.#name = name;
  }
  override onStart(): void {
    console.log(`${this.#name} is up`);
  }
  greet(): string {
    return `hello from ${this.#name}`;
  }
  fail(): void {
    throw new Error(`${this.#name} stumbled`);
  }
}

class Branch extends Actor {
  readonly #leaves = new Map<string, ActorRef<Leaf>>();

  override async onStart(): Promise<void> {
    for (const name of ["oak", "elm"]) await this.grow(name);
  }

  async grow(name: string): Promise<void> {
    const leaf = await this.context.spawn(Leaf, { args: [name], name, supervision: { maxRestarts: 3 } });
    this.#leaves.set(name, leaf);
    const me = this.context.self<Branch>();
    leaf.watch(({ reason }) => {
      console.log(`${name} is gone: ${reason}`);
      if (reason === "killed") void me.tell.grow(name);
    });
  }

  leaf(name: string): ActorRef<Leaf> | undefined {
    return this.#leaves.get(name);
  }
}

await using system = await ActorSystem.start();
const branch = await system.spawn(Branch, { name: "branch" });

const oak = await branch.ask.leaf("oak");
await oak?.ask.fail().catch((error: Error) => console.log(`caught: ${error.message}`));
console.log(await oak?.ask.greet()); // it was restarted

await oak?.kill();
const again = await system.lookup<Leaf>("oak", { timeoutMs: 10_000 });
console.log(await again.ask.greet());
