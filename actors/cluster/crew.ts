/** The workers of a local cluster. @module */

/** One worker of a crew: started once, ended once. */
export interface CrewMember {
  /** Its alias. */
  readonly name: string;
  /** Resolves when the scheduler has taken it in. */
  start(): Promise<void>;
  /** Ends it, also while it starts; resolves when it is gone. */
  stop(): Promise<void>;
}

interface Hired {
  readonly member: CrewMember;
  /** Resolves when it has started, or was let go before; rejects when it could not start. */
  readonly started: Promise<void>;
  /** Whether it was told to stop: then it is no loss that it could not start. */
  isLeaving: boolean;
}

/** Workers that can become more or fewer. The list is what was asked for last; waits end when the workers agree with it. */
export class Crew {
  readonly #hire: (name: string) => CrewMember;
  /** In the order of their start. */
  #hired: Hired[] = [];
  /** Workers started so far: names are never used twice. */
  #count = 0;

  /** Nobody yet. */
  constructor(hire: (name: string) => CrewMember) {
    this.#hire = hire;
  }

  /** Aliases of those there, or being started, in the order of their start. */
  get names(): readonly string[] {
    return this.#hired.map(({ member }) => member.name);
  }

  /** How many there are, or are being started. */
  get size(): number {
    return this.#hired.length;
  }

  /** Starts or ends workers; resolves when they are there, or gone. The youngest go first. */
  async resize(workers: number): Promise<void> {
    while (this.#hired.length < workers) this.#hired.push(this.#start());
    const leaving = this.#hired.slice(workers);
    await this.#settle(leaving);
  }

  /** Ends these workers; resolves when they are gone. Names that are not there change nothing. */
  async dismiss(names: readonly string[]): Promise<void> {
    await this.#settle(this.#hired.filter(({ member }) => names.includes(member.name)));
  }

  /** Ends all. */
  close(): Promise<void> {
    return this.resize(0);
  }

  #start(): Hired {
    const member = this.#hire(`worker-${this.#count++}`);
    const started = member.start().catch((error) => {
      if (hired.isLeaving) return;
      this.#hired = this.#hired.filter((other) => other !== hired);
      throw error;
    });
    const hired: Hired = { member, started, isLeaving: false };
    // Whoever resizes hears of it; a dismissal meanwhile is not to be taken for an unheard failure.
    started.catch(() => undefined);
    return hired;
  }

  async #settle(leaving: readonly Hired[]): Promise<void> {
    this.#hired = this.#hired.filter((hired) => !leaving.includes(hired));
    for (const hired of leaving) hired.isLeaving = true;
    const stops = leaving.toReversed().map(({ member }) => member.stop());
    await Promise.all([...this.#hired.map(({ started }) => started), ...stops]);
  }
}
