import { Actor } from "@troupe/troupe";

/** Somebody in a chat: remembers what was said. In a module of its own, so that it can live in another process. */
export class Chatter extends Actor {
  readonly #name: string;
  readonly #heard: string[] = [];

  constructor(name: string) {
    super();
    this.#name = name;
  }

  hear(text: string): void {
    this.#heard.push(text);
  }

  story(): string {
    return `${this.#name} heard: ${this.#heard.join(", ")}`;
  }
}
