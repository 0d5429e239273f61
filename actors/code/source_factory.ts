/** From the text of a function to a function: compiled once, made as often as needed. @module */
import { describe, troupeError } from "../base/errors.ts";
import { type AnyFunction, isFunction } from "./captured_function.ts";
import { codeUrl } from "./code_frames.ts";
import { BINDER, isClassText, META, READ_ONLY } from "./code_names.ts";
import type { SourcePart } from "./function_code.ts";

/** A function whose variables are still to be given values. */
export interface MadeSource {
  /** The function; for a class, this evaluates it. */
  make(): AnyFunction;
  /** Gives values to its variables, in the order of `part.uses`. May be called again. */
  bind(values: readonly unknown[]): void;
}

/** What the text around a function gives: the function, made anew each time, and the way to its variables. */
type Compiled = (...given: unknown[]) => readonly [make: () => unknown, bind: (values: readonly unknown[]) => void];

/** The name under which a function finds what is called when it writes a captured variable. */
const DENY = "__troupe_deny";

/** The list of values that the binder gets: a name that no captured variable has, for it would hide that one. */
const VALUES = "__troupe_values";

/** Makes functions from one text. */
export class SourceFactory {
  /** What it was compiled from. */
  readonly part: SourcePart;
  /** Whether making it runs code of its own: field initialisers and the like. */
  readonly isClass: boolean;
  readonly #compiled: Compiled;

  /**
   * Compiles it: strict, as modules are, and named in stacks.
   *
   * `node:vm` would give the same at the same cost, 20 to 35 us, but its first use costs 20 to 30 ms, more than an inline
   * cluster may take to start.
   *
   * @param part The text and its names.
   * @param name What its frames are called.
   * @throws {TroupeError} `input/invalid` when it does not compile here.
   */
  constructor(part: SourcePart, name: string) {
    this.part = part;
    this.isClass = isClassText(part.text);
    try {
      const body = `${bodyOf(part)}\n//# sourceURL=${codeUrl(name)}`;
      this.#compiled = new Function(DENY, META, body) as Compiled;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw troupeError(
        "input/invalid",
        `Cannot load task ${describe(part.name || "lambda")}: its source does not compile here`,
        { cause },
      );
    }
  }

  /** One more function, with variables of its own. */
  begin(): MadeSource {
    const [make, bind] = this.#compiled(denyWrite, metaOf(this.part.metaUrl));
    const { name } = this.part;
    return {
      bind,
      make: () => {
        const made = make();
        if (isFunction(made)) return made;
        throw troupeError("input/invalid", `Cannot load task ${describe(name || "lambda")}: its source is no function`);
      },
    };
  }
}

/** The text stands on lines of its own, from `TEXT_FIRST_LINE` on; its columns are its own. */
function bodyOf({ name, text, uses, written }: SourcePart): string {
  const aliases = uses.map(([alias]) => alias);
  const variables = aliases.length === 0 ? "" : `let ${aliases.join(", ")}; `;
  const accessors = written.map((alias) =>
    `get ${alias}() { return ${alias}; }, set ${alias}(_) { ${DENY}(${JSON.stringify(alias)}); }`
  );
  const readOnly = written.length === 0 ? "" : `const ${READ_ONLY} = { ${accessors.join(", ")} }; `;
  const assignment = aliases.length === 0 ? "" : `[${aliases.join(", ")}] = ${VALUES};`;
  const binder = `function ${BINDER}(${VALUES}) { ${assignment} } `;
  const key = JSON.stringify(name);
  const [before, after] = name === "" ? ["(", ")"] : [`({ [${key}]: (`, `) })[${key}]`];
  return `"use strict"; ${variables}${readOnly}${binder}return [() => ${before}\n${text}\n${after}, ${BINDER}];`;
}

function denyWrite(name: string): never {
  throw troupeError(
    "task/read-only",
    `Cannot write captured variable ${describe(name)}: it is a copy, taken when the task was submitted`,
    {
      hint: "Return the new value, or keep it in a Variable, a Queue or an actor",
      details: { name },
    },
  );
}

function metaOf(url: string): object | undefined {
  if (url === "") return undefined;
  const path = url.startsWith("file:") ? decodeURIComponent(new URL(url).pathname) : undefined;
  return {
    url,
    main: false,
    filename: path,
    dirname: path?.replace(/\/[^/]*$/, ""),
    resolve: (specifier: string) =>
      /^\.{0,2}\//.test(specifier) ? new URL(specifier, url).href : import.meta.resolve(specifier),
  };
}
