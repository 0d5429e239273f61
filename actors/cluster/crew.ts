/** The workers of a local cluster. @module */

/** One worker of a crew: started once, ended once. */
export interface CrewMember {
  /** Its alias. */
  readonly name: string;
  /** Resolves when the scheduler has taken it in. */
  start(): Promise<void>;
  /** Ends it, also while it starts; resolves when it is gone. Twice is fine. */
  stop(): Promise<void>;
  /** Resolves when it begins to end for good, whoever wants that. */
  readonly leaving: Promise<void>;
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
  readonly #retire: (names: readonly string[]) => Promise<void>;
  /** In the order of their start. */
  #hired: Hired[] = [];
  /** Let go, and not gone yet. */
  readonly #leaving = new Set<Hired>();
  /** Workers started so far: names are never used twice. */
  #count = 0;

  /**
   * Nobody yet.
   *
   * @param hire Makes a member.
   * @param retire Sees to it that nothing is lost when these go; they are ended also when that fails.
   */
  constructor(hire: (name: string) => CrewMember, retire: (names: readonly string[]) => Promise<void>) {
    this.#hire = hire;
    this.#retire = retire;
  }

  /** Aliases of those there, or being started, in the order of their start. */
  get names(): readonly string[] {
    return this.#hired.map(({ member }) => member.name);
  }

  /** How many there are, or are being started. */
  get size(): number {
    return this.#hired.length;
  }

  /**
   * Starts or ends workers; resolves when they are there, or gone. The youngest go first: what runs there finishes, and
   * what they hold is given to others before.
   */
  async resize(workers: number): Promise<void> {
    while (this.#hired.length < workers) this.#hired.push(this.#start());
    await this.#letGo(this.#hired.slice(workers));
  }

  /** Ends these workers as {@linkcode resize} does. Names that are not there change nothing. */
  async dismiss(names: readonly string[]): Promise<void> {
    await this.#letGo(this.#hired.filter(({ member }) => names.includes(member.name)));
  }

  /** Ends all at once, whatever they hold. */
  async close(): Promise<void> {
    const all = this.#remove(this.#hired);
    await Promise.all([...all, ...this.#leaving].map((hired) => this.#end(hired)));
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
    // One that leaves by itself, or is retired by a client, is no member any more.
    void member.leaving.then(() => {
      if (hired.isLeaving) return;
      this.#remove([hired]);
      void this.#end(hired);
    });
    return hired;
  }

  async #letGo(leaving: readonly Hired[]): Promise<void> {
    this.#remove(leaving);
    const staying = this.#hired.map(({ started }) => started);
    await Promise.all([...staying, this.#retireAll(leaving)]);
  }

  async #retireAll(leaving: readonly Hired[]): Promise<void> {
    if (leaving.length === 0) return;
    // A cluster that is closed meanwhile has nothing to save: its end ends the request.
    await this.#retire(leaving.map(({ member }) => member.name)).catch(() => undefined);
    await Promise.all(leaving.toReversed().map((hired) => this.#end(hired)));
  }

  #remove(leaving: readonly Hired[]): readonly Hired[] {
    this.#hired = this.#hired.filter((hired) => !leaving.includes(hired));
    for (const hired of leaving) {
      hired.isLeaving = true;
      this.#leaving.add(hired);
    }
    return leaving;
  }

  async #end(hired: Hired): Promise<void> {
    await hired.member.stop();
    this.#leaving.delete(hired);
  }
}
