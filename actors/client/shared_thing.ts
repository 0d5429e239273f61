/** What queues, variables, locks and their like have in common: a name in a cluster, and the session that uses it. @module */
import { describe, troupeError } from "../base/errors.ts";
import { systemRandom } from "../base/random.ts";
import type { CoordinationRequest, ThingId, ThingKind } from "../protocol/coordination.ts";
import type { Packed } from "../protocol/packed.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { lastOpenClient, runningTask } from "./defaults.ts";
import type { FutureNote } from "./future_codec.ts";
import type { Lease } from "./lease.ts";
import type { SchedulerAnswer } from "./requests.ts";
import type { SharedDesk } from "./shared_desk.ts";
import type { WaitOptions, WaitWorld } from "./waiting.ts";

/** The session that a thing is tied to, as far as it needs to know it. */
export interface SharingSession extends WaitWorld {
  /** The scheduler's address, as far as it is known. */
  readonly address: string;
  /** Where things are asked for. */
  readonly desk: SharedDesk;
  /** Limits. */
  readonly world: { readonly limits: { readonly besideBytesMin: number } };
  /** Hook of the value codec: special values leave. */
  write(value: object | symbol, action?: string, note?: FutureNote): SpecialValue | undefined;
  /** Decodes a value, when the modules of functions in it are loaded. */
  unpackLoading(packed: Packed): unknown;
}

/** What tells one shared thing from another. */
export interface SharedForm {
  /** What it is. */
  readonly kind: ThingKind;
  /** Its name; several for a set of locks. */
  readonly names: readonly string[];
  /** The number that all who use it must agree on: size of a queue (0: no limit), leases of a semaphore. */
  readonly setting: number | undefined;
}

/** Makes an object of a class of shared things. */
export type ThingMaker = (names: readonly string[], setting: number | undefined) => object;

const RANDOM_CHARACTERS = 16;

/** The inner side of an object that stands for something shared. */
export class SharedThing {
  /** The inner sides by object. */
  static readonly #all = new WeakMap<object, SharedThing>();
  /** The classes that are loaded, by name. */
  static readonly #makers = new Map<string, ThingMaker>();
  /** Gives the session of a client; told by the module of clients, which stands above this one. */
  static #sessionOf: (client: object) => SharingSession | undefined = () => undefined;
  /** What it stands for. */
  readonly form: SharedForm;
  /** As people read it: `queue "q"`. */
  readonly label: string;
  readonly #client: object | undefined;
  /** The object that users see: what is counted. */
  readonly #object: WeakRef<object>;
  /** Set at first use. */
  #session: SharingSession | undefined = undefined;

  /**
   * Makes the inner side of an object; throws `input/invalid`.
   *
   * @param object What users see.
   */
  constructor(object: object, form: SharedForm, options: { client?: object }) {
    this.form = form;
    this.label = `${form.kind} ${form.names.map((name) => describe(name)).join(", ")}`;
    this.#object = new WeakRef(object);
    this.#client = clientOf(form.kind, options);
    if (this.#client !== undefined && SharedThing.#sessionOf(this.#client) === undefined) {
      throw troupeError("input/invalid", `Cannot make ${form.kind}: option "client" is ${describe(this.#client)}`);
    }
    SharedThing.#all.set(object, this);
  }

  /** The inner side of an object; undefined for any other value. */
  static of(value: unknown): SharedThing | undefined {
    return typeof value === "object" && value !== null ? SharedThing.#all.get(value) : undefined;
  }

  /** From now on this tells the session of a client. */
  static useClients(sessionOf: (client: object) => SharingSession | undefined): void {
    SharedThing.#sessionOf = sessionOf;
  }

  /** From now on objects of this class arrive. */
  static useClass(name: string, make: ThingMaker): void {
    SharedThing.#makers.set(name, make);
  }

  /** How objects of this class are made; undefined before its module is loaded, and for what is none. */
  static makerOf(name: string): ThingMaker | undefined {
    return SharedThing.#makers.get(name);
  }

  /** Ties it to a session, if it is not tied to one of the same cluster; throws `future/foreign`. */
  bind(session: SharingSession, action: string): void {
    if (this.#session === undefined) return this.#tie(session);
    const [there, here] = [this.#session.address, session.address];
    if (this.#session === session || there === here || there === "" || here === "") return;
    const message = `Cannot ${action}: ${this.label} belongs to ${describe(there)}, not to ${describe(here)}`;
    throw troupeError("future/foreign", message, { hint: "Use one of the same name there", details: { there, here } });
  }

  /** Asks for something, and reads the answer. Called by async functions only: it may throw. */
  ask<T>(
    action: string,
    request: CoordinationRequest,
    wait: WaitOptions | undefined,
    read: (answer: SchedulerAnswer, session: SharingSession) => T | Promise<T>,
  ): Promise<T> {
    const session = this.session(action);
    return session.desk.ask(action, request, wait, (answer) => read(answer, session));
  }

  /** Asks for something that is only to be done. It may throw, too. */
  order(action: string, request: CoordinationRequest, wait?: WaitOptions): Promise<void> {
    return this.session(action).desk.ask(action, request, wait, nothing);
  }

  /** Asks for a lease. It may throw, too. */
  acquire(request: CoordinationRequest, wait: WaitOptions | undefined): Promise<Lease> {
    const action = `acquire ${this.label}`;
    return this.session(action).desk.acquire(action, request, wait);
  }

  /** The session that it is tied to: at first use that of its client, or of the current one. Throws `client/none`. */
  session(action: string): SharingSession {
    if (this.#session === undefined) this.#tie(sessionOf(this.#client, action, SharedThing.#sessionOf));
    return this.#session!;
  }

  #tie(session: SharingSession): void {
    this.#session = session;
    const object = this.#object.deref();
    const { kind, names } = this.form;
    if (object !== undefined) session.desk.addObject(names.map((name): ThingId => `${kind}:${name}`), object);
  }
}

/** A name as it was given, or a new one that nobody else has; throws `input/invalid`. */
export function sharedName(kind: string, name: unknown): string {
  if (name === undefined) return `${kind}-${systemRandom.text(RANDOM_CHARACTERS)}`;
  if (typeof name === "string" && name !== "") return name;
  throw troupeError("input/invalid", `Cannot make ${kind}: its name is ${describe(name)}`, { hint: "Give a text" });
}

function clientOf(kind: string, options: { client?: object }): object | undefined {
  if (typeof options !== "object" || options === null) {
    throw troupeError("input/invalid", `Cannot make ${kind}: ${describe(options)} is no options object`);
  }
  const { client } = options;
  if (client === undefined || (typeof client === "object" && client !== null)) return client;
  throw troupeError("input/invalid", `Cannot make ${kind}: option "client" is ${describe(client)}`);
}

function sessionOf(
  client: object | undefined,
  action: string,
  find: (client: object) => SharingSession | undefined,
): SharingSession {
  const current = client ?? runningTask()?.client() ?? lastOpenClient();
  const session = current === undefined ? undefined : find(current);
  if (session !== undefined) return session;
  throw troupeError("client/none", `Cannot ${action}: no client is connected`, {
    hint: "Call `await Client.connect()` first, or give the option `client`",
  });
}

function nothing(): void {}
