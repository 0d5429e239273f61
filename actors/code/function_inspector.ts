/**
 * Scopes and places of functions, from V8's inspector, synchronously. V8 answers within `session.post()`; Deno only puts
 * the delivery off by `process.nextTick`, so that is replaced for the length of one post.
 *
 * @module
 */
import type { Debugger, Runtime, Session } from "node:inspector";
import type process from "node:process";
import type { AnyFunction } from "./captured_function.ts";
import { nodeBuiltin } from "../base/node_builtin.ts";

/** Where a function was written. */
export interface FunctionPlace {
  /** V8's name for the script. */
  readonly scriptId: string;
  /** URL of the script; empty for code that was made at run time. */
  readonly url: string;
}

/** Where a text stands in a script. */
export interface TextPlace {
  /** URL of the script. */
  readonly url: string;
  /** Line of its first character, from 0. */
  readonly line: number;
  /** Column of its first character, from 0. */
  readonly column: number;
}

/** One scope around a function, as it was when V8 was asked. Reading a binding that was not initialised throws. */
export interface FunctionScope {
  /** Whether it is the outermost scope of a module. */
  readonly isModule: boolean;
  /** Values by name, of the bindings that some function inside uses. */
  readonly bindings: object;
}

/** A function as V8 sees it. */
export interface FunctionLook {
  /** Where it was written; undefined for native, bound and proxied ones. */
  readonly place: FunctionPlace | undefined;
  /** The scopes around it, the nearest first, without the global one. */
  readonly scopes: readonly FunctionScope[];
}

/** What `bind` was given. */
export interface BoundValues {
  /** The function that was bound. */
  readonly target: unknown;
  /** Its `this`. */
  readonly self: unknown;
  /** Its first arguments. */
  readonly args: readonly unknown[];
}

/** A binding as it was found. */
export type Binding =
  | { readonly isFound: false }
  | { readonly isFound: true; readonly isModule: boolean; readonly isReady: boolean; readonly value: unknown };

type Internals = ReadonlyMap<string, Runtime.RemoteObject | undefined>;

/** The global name under which V8's own evaluation finds what it is asked about. */
const EXCHANGE = Symbol.for("troupe.inspect");
const EXCHANGE_TEXT = `globalThis[Symbol.for("troupe.inspect")]`;

/** V8 keeps every object that it has told of: what that may come to in one stretch of code, in functions. */
const LOOKS_PER_RELEASE = 100;

/** Asks V8 about functions. Its session is open from a question until `close`, and again from the next question on. */
export class FunctionInspector {
  readonly #session: Session;
  readonly #process: typeof process;
  /** Whether the session is connected. */
  #isOpen = true;
  /** The text of a script that was met first, until it is asked for. */
  #ahead: { readonly scriptId: string; readonly source: string } | undefined;
  /** Questions asked. */
  #lookCount = 0;
  /** Scripts seen so far, by id. */
  readonly #scriptUrls = new Map<string, string>();

  private constructor(session: Session) {
    this.#session = session;
    this.#process = nodeBuiltin("node:process");
    session.on("Debugger.scriptParsed", (message: { readonly params: Debugger.ScriptParsedEventDataType }) => {
      this.#scriptUrls.set(message.params.scriptId, message.params.url);
    });
  }

  /** Undefined where V8 may not be asked: without `--allow-sys`, and in the REPL, which a session brings down. */
  static open(): FunctionInspector | undefined {
    if (isRepl()) return undefined;
    try {
      const { Session } = nodeBuiltin("node:inspector");
      const session = new Session();
      session.connect();
      const inspector = new FunctionInspector(session);
      return inspector.#isAnswering() ? inspector : undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || error instanceof NoAnswerError) return undefined;
      throw error;
    }
  }

  /** Ends the session, which costs 0.2 ms. While one is open, Deno takes half a second longer to start a thread. */
  close(): void {
    if (this.#isOpen) this.#session.disconnect();
    this.#isOpen = false;
    Reflect.deleteProperty(globalThis, EXCHANGE);
  }

  /** Where a function was written, and its scopes. */
  lookAt(fn: AnyFunction): FunctionLook {
    const internals = this.#internals(fn);
    return { place: this.#place(internals), scopes: this.#scopes(internals) };
  }

  /** Scopes around a function, the nearest first, without the global one. */
  scopesOf(fn: AnyFunction): FunctionScope[] {
    return this.#scopes(this.#internals(fn));
  }

  /** Where a function was written; undefined for native, bound and proxied ones. */
  placeOf(fn: AnyFunction): FunctionPlace | undefined {
    return this.#place(this.#internals(fn));
  }

  /** What `bind` was given; undefined when it did not make this function. */
  boundOf(fn: AnyFunction): BoundValues | undefined {
    const internals = this.#internals(fn);
    const target = internals.get("[[TargetFunction]]");
    if (target === undefined) return undefined;
    const args = this.#live(internals.get("[[BoundArgs]]"));
    return {
      target: this.#live(target),
      self: this.#live(internals.get("[[BoundThis]]")),
      args: Array.isArray(args) ? args : [],
    };
  }

  /** V8's list holds one object per scope: what it calls the scope, and the values of its bindings. */
  #scopes(internals: Internals): FunctionScope[] {
    const list = this.#live(internals.get("[[Scopes]]"));
    if (!Array.isArray(list)) return [];
    const scopes: FunctionScope[] = [];
    for (let i = 0; i < list.length; i++) { // it has no prototype, and so cannot be iterated
      const { description, object }: { readonly description: unknown; readonly object: unknown } = list[i];
      if (description !== "Global") scopes.push({ isModule: description === "Module", bindings: Object(object) });
    }
    return scopes;
  }

  #place(internals: Internals): FunctionPlace | undefined {
    const location: unknown = internals.get("[[FunctionLocation]]")?.value;
    if (typeof location !== "object" || location === null || !("scriptId" in location)) return undefined;
    const scriptId = String(location.scriptId);
    if (!this.#scriptUrls.has(scriptId)) this.#readStack();
    // Enabling lists all scripts. Left enabled, it would make every `await` 12 to 15 times slower.
    if (!this.#scriptUrls.has(scriptId)) {
      // Who asks for the place of a function in a new script asks for the script next: enabling is most of the cost.
      this.#debugging(() => this.#ahead = { scriptId, source: this.#source(scriptId) });
    }
    return { scriptId, url: this.#scriptUrls.get(scriptId) ?? "" };
  }

  /** Notes the scripts that are running now: most functions are asked about by the script in which they were written. */
  #readStack(): void {
    // Only an enabled runtime tells more than the last ten calls, which are Troupe's own.
    this.#command("Runtime.enable");
    try {
      const { exceptionDetails } = this.#call<Runtime.EvaluateReturnType>((done) =>
        this.#session.post("Runtime.evaluate", { expression: "throw new Error()", silent: true }, done)
      );
      for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? []) {
        if (url !== "") this.#scriptUrls.set(scriptId, url);
      }
    } finally {
      this.#command("Runtime.disable");
    }
  }

  /** The text that V8 runs: plain JavaScript. */
  sourceOf(scriptId: string): string {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead?.scriptId === scriptId ? ahead.source : this.#debugging(() => this.#source(scriptId));
  }

  /** Where a text stands in the scripts that are loaded. Asks V8 for the source of each script that is accepted. */
  findText(text: string, accepts: (url: string) => boolean): TextPlace[] {
    const found = new Map<string, TextPlace>();
    this.#scriptUrls.clear(); // some may be gone, and enabling lists all others
    this.#debugging(() => {
      for (const [scriptId, url] of this.#scriptUrls) {
        if (!accepts(url)) continue;
        const source = this.#source(scriptId);
        for (let at = source.indexOf(text); at >= 0; at = source.indexOf(text, at + text.length)) {
          const lines = source.slice(0, at).split("\n");
          const place = { url, line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
          found.set(`${url}:${place.line}:${place.column}`, place);
        }
      }
    });
    return [...found.values()];
  }

  #source(scriptId: string): string {
    return this.#call<Debugger.GetScriptSourceReturnType>((done) =>
      this.#session.post("Debugger.getScriptSource", { scriptId }, done)
    ).scriptSource;
  }

  /**
   * The texts of scripts by their URLs, in one go: to begin costs milliseconds, each text 0.3 ms. What calls back in between
   * must not load anything, or V8 would have more to tell than the answer.
   *
   * @param isWanted Which URLs to read.
   */
  textsOf(isWanted: (url: string) => boolean): Map<string, string> {
    return this.#debugging(() => {
      const texts = new Map<string, string>();
      for (const [scriptId, url] of this.#scriptUrls) {
        if (!isWanted(url)) continue;
        const { scriptSource } = this.#call<Debugger.GetScriptSourceReturnType>((done) =>
          this.#session.post("Debugger.getScriptSource", { scriptId }, done)
        );
        texts.set(url, scriptSource);
      }
      return texts;
    });
  }

  #isAnswering(): boolean {
    const { result } = this.#call<Runtime.EvaluateReturnType>((done) =>
      this.#session.post("Runtime.evaluate", { expression: "1 + 1" }, done)
    );
    return result.value === 2;
  }

  /** By name. V8 keeps what it told of until it is released. */
  #internals(fn: AnyFunction): Internals {
    if (++this.#lookCount % LOOKS_PER_RELEASE === 0) this.#release();
    this.#offer({ value: fn });
    const { result } = this.#call<Runtime.EvaluateReturnType>((done) =>
      this.#session.post("Runtime.evaluate", { expression: `${EXCHANGE_TEXT}.value`, objectGroup: "troupe" }, done)
    );
    const properties = this.#call<Runtime.GetPropertiesReturnType>((done) =>
      this.#session.post("Runtime.getProperties", { objectId: result.objectId ?? "", ownProperties: true }, done)
    );
    return new Map(properties.internalProperties?.map(({ name, value }) => [name, value]));
  }

  #release(): void {
    this.#call<object>((done) =>
      this.#session.post("Runtime.releaseObjectGroup", { objectGroup: "troupe" }, (error) => done(error, {}))
    );
  }

  /** A value that V8 has told of, itself. */
  #live(remote: Runtime.RemoteObject | undefined): unknown {
    if (remote === undefined) return undefined;
    if (remote.objectId === undefined) return plainValue(remote);
    const { objectId } = remote;
    const exchange: { value: unknown } = { value: undefined };
    this.#offer(exchange);
    this.#call<object>((done) =>
      this.#session.post("Runtime.callFunctionOn", {
        objectId,
        functionDeclaration: `function () { ${EXCHANGE_TEXT}.value = this; }`,
        silent: true,
        returnByValue: true,
      }, done)
    );
    return exchange.value;
  }

  /** Puts a value where code that V8 evaluates finds it. It stays there until `close`: taking it away each time is slow. */
  #offer(exchange: { value: unknown }): void {
    if (Object.hasOwn(globalThis, EXCHANGE)) Reflect.set(globalThis, EXCHANGE, exchange);
    else Object.defineProperty(globalThis, EXCHANGE, { value: exchange, configurable: true, writable: true });
  }

  #debugging<T>(work: () => T): T {
    this.#command("Debugger.enable");
    try {
      return work();
    } finally {
      this.#command("Debugger.disable");
    }
  }

  /** A request without parameters, of whose answer nothing is used. */
  #command(method: "Debugger.enable" | "Debugger.disable" | "Runtime.enable" | "Runtime.disable"): void {
    this.#call<object>((done) => this.#session.post(method, (error: Error | null) => done(error, {})));
  }

  /** One request and its answer, taken from V8 within the call. */
  #call<R>(send: (done: (error: Error | null, answer?: R) => void) => void): R {
    if (!this.#isOpen) this.#session.connect();
    this.#isOpen = true;
    const outcome: { error?: Error | null; answer?: R | undefined } = {};
    const late: (() => void)[] = [];
    const nextTick = this.#process.nextTick;
    this.#process.nextTick = (callback: (...args: never[]) => unknown, ...args: never[]) => {
      late.push(() => callback(...args));
    };
    try {
      send((error, answer) => Object.assign(outcome, { error, answer }));
    } finally {
      this.#process.nextTick = nextTick;
    }
    for (const deliver of late) deliver();
    if (outcome.error) throw outcome.error;
    if (outcome.answer === undefined) throw new NoAnswerError("Cannot inspect function: V8 has not answered at once");
    return outcome.answer;
  }
}

class NoAnswerError extends Error {}

/** A primitive, as V8 tells it. */
function plainValue({ value, unserializableValue: text }: Runtime.RemoteObject): unknown {
  if (text === undefined) return value;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text); // -0, NaN and the infinities
}

/** URL of the program's main module; empty in a thread, which has none. */
export function mainModule(): string {
  const url: string | undefined = Deno.mainModule;
  return url ?? "";
}

/** Whether the program is Deno's REPL, or its kernel for notebooks. */
export function isRepl(): boolean {
  return /\$deno\$(?:repl|jupyter_repl)\.mts$/.test(mainModule());
}

/** The binding that a name means, looked up from the nearest scope outwards. Not ready: it is declared further down. */
export function findBinding(scopes: readonly FunctionScope[], name: string): Binding {
  for (const { bindings, isModule } of scopes) {
    if (!Object.hasOwn(bindings, name)) continue;
    try {
      const value: unknown = Reflect.get(bindings, name);
      return { isFound: true, isModule, isReady: true, value };
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      return { isFound: true, isModule, isReady: false, value: undefined };
    }
  }
  return { isFound: false };
}

/** The value of a binding; undefined before it is initialised, as nothing can be proved of it then. */
export function readBinding(bindings: object, name: string): unknown {
  const binding = findBinding([{ isModule: false, bindings }], name);
  return binding.isFound ? binding.value : undefined;
}
