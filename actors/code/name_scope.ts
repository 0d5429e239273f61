/** A name used somewhere in a text. */
interface Use {
  readonly name: string;
  readonly scope: NameScope;
  /** Where it is written; undefined where it is only read. */
  readonly written: TextSpan | undefined;
}

/** Where something stands in a text. */
export interface TextSpan {
  /** Its first character. */
  readonly start: number;
  /** The character after its last. */
  readonly end: number;
}

/** A place where a name is written that the text does not declare. */
export interface OuterWrite extends TextSpan {
  /** The name. */
  readonly name: string;
}

/**
 * Declarations of one scope of a text. Uses are only collected and resolved at the end, because declarations are
 * hoisted. Besides identifiers it holds words that are bound in the same manner: `this`, `super`, `new.target`,
 * `arguments`, and `#private` names.
 */
export class NameScope {
  readonly #names = new Set<string>();
  readonly #parent: NameScope | undefined;
  /** Shared by all scopes of a text. */
  readonly #uses: Use[];
  /** Where `var` declares: the body of the nearest function. */
  readonly varScope: NameScope;

  private constructor(parent: NameScope | undefined, isFunctionBody: boolean) {
    this.#parent = parent;
    this.#uses = parent === undefined ? [] : parent.#uses;
    this.varScope = isFunctionBody || parent === undefined ? this : parent.varScope;
  }

  /** The scope around a whole text, in which nothing is declared. */
  static outermost(): NameScope {
    return new NameScope(undefined, true);
  }

  /** A scope inside this one. */
  open(options: { readonly isFunctionBody?: boolean } = {}): NameScope {
    return new NameScope(this, options.isFunctionBody === true);
  }

  /** Declares names here. */
  declare(...names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** Notes that a name is used here, and where, if it is written. */
  use(name: string, written?: TextSpan): void {
    this.#uses.push({ name, scope: this, written });
  }

  /** Names used in the text and declared nowhere in it, in order of first use. */
  free(): ReadonlySet<string> {
    const free = new Set<string>();
    for (const { name, scope } of this.#uses) if (!scope.#declares(name)) free.add(name);
    return free;
  }

  /** Where the text writes names that it declares nowhere. */
  freeWrites(): OuterWrite[] {
    const writes: OuterWrite[] = [];
    for (const { name, scope, written } of this.#uses) {
      if (written !== undefined && !scope.#declares(name)) {
        writes.push({ name, start: written.start, end: written.end });
      }
    }
    return writes;
  }

  #declares(name: string): boolean {
    // deno-lint-ignore no-this-alias -- walks outwards
    for (let scope: NameScope | undefined = this; scope !== undefined; scope = scope.#parent) {
      if (scope.#names.has(name)) return true;
    }
    return false;
  }
}
