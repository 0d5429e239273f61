/** Links to systems elsewhere: on demand, and by listening. @module */
import { invariant } from "../base/assert.ts";
import { troupeError } from "../base/errors.ts";
import { RecentMap } from "../code/recent_map.ts";
import type { Connection } from "../transport/connection.ts";
import type { Hello } from "../transport/hello.ts";
import type { SocketListener } from "../transport/listener.ts";
import type { Sockets } from "../transport/sockets.ts";
import type { SystemId } from "./actor_address.ts";
import type { Credentials } from "./credentials.ts";
import type { Link } from "./link.ts";
import type { SystemWorld } from "./system_world.ts";

/** Options of {@linkcode Dialer.dial}. */
export interface DialOptions {
  /** Go on trying for this long; by default one try. */
  readonly timeoutMs?: number | undefined;
  /** Whether to go on trying while nobody answers. Default: with `timeoutMs` only. */
  readonly retry?: boolean | undefined;
  /** Give up when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Whether it takes the envelopes that nobody else knows a way for. */
  readonly isGateway?: boolean | undefined;
}

/** Contacts whose last link is remembered: what was on its way over one before these has come, or never will. */
const LOST_MAX = 1_000;

/** Makes links of one system. */
export class Dialer {
  /** Whether the system is a thread's, or that of users' actors in a process: then everything goes through its parent. */
  isHosted = false;
  /** Where the parent of a hosted system listens: it passes on what comes for us. "" when there is none. */
  parentContact = "";
  /**
   * Given to systems with ports of their own. Those of threads have none, and load what dials if they ever come to it: they
   * start sooner without.
   */
  sockets: Sockets | undefined;
  /** What we are in a cluster, for the peer's log. */
  role = "system";
  /** What to say, and to ask for. */
  credentials: Credentials = { token: "", listenTls: undefined, connectTls: undefined };
  /** One line about each stranger that was refused. */
  onRefused: (line: string) => void = () => {};
  readonly #id: SystemId;
  readonly #world: SystemWorld;
  readonly #attach: (connection: Connection, hello: Hello, isGateway: boolean) => Link;
  #listener: SocketListener | undefined;
  /** Dials under way, and links dialled, by contact. */
  readonly #dialled = new Map<string, Promise<Link>>();
  /** The last link that went down, by contact, until there is a new one: of the last contacts only. */
  readonly #lost = new RecentMap<string, string>(LOST_MAX);
  /** Aborts the dials under way; made for the first. */
  #dialling: AbortController | undefined;
  /** Whether nothing is dialled any more. */
  #isClosed = false;

  constructor(
    id: SystemId,
    world: SystemWorld,
    attach: (connection: Connection, hello: Hello, isGateway: boolean) => Link,
  ) {
    this.#id = id;
    this.#world = world;
    this.#attach = attach;
  }

  /** Where the system can be reached: at its own port, else at its parent's; "" when there is neither. */
  get contact(): string {
    return this.#listener?.address ?? this.parentContact;
  }

  /** Opens a port. Throws `cluster/port-in-use`, or `input/invalid` for an exposed port without token or TLS. */
  listen(address: string): void {
    const { clock, limits } = this.#world;
    invariant(this.sockets !== undefined, "a system that listens has sockets");
    this.#listener = this.sockets.listen(
      address,
      {
        clock,
        limits,
        hello: { role: this.role, system: this.#id, address: "", token: this.credentials.token },
        tls: this.credentials.listenTls,
        onRefused: (line) => this.onRefused(line),
      },
      (connection, hello) => void this.#attach(connection, hello, false),
    );
  }

  /**
   * A link to the system that listens there: the one in use, or a new one.
   *
   * @param contact Where it listens.
   * @param system The incarnation meant; "" for whichever is there now.
   */
  dial(contact: string, system: SystemId, options: DialOptions = {}): Promise<Link> {
    const known = this.#dialled.get(contact);
    if (known !== undefined) return known.then((link) => this.#checked(link, contact, system, options));
    const dialled = this.#connect(contact, options);
    this.#dialled.set(contact, dialled);
    const forget = () => this.#dialled.get(contact) === dialled && this.#dialled.delete(contact);
    dialled.then((link) => link.ended).then(forget, forget);
    return dialled.then((link) => this.#checked(link, contact, system, options));
  }

  /** A link to whoever listens there is down: the next one takes its place. */
  lost(contact: string, link: string): void {
    if (contact !== "" && link !== "") this.#lost.set(contact, link);
  }

  /** Whether it makes no more links. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Stops listening and dialling. Links are their system's. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#dialling?.abort(closedError());
    await this.#listener?.close();
  }

  #checked(link: Link, contact: string, system: SystemId, options: DialOptions): Promise<Link> | Link {
    if (!link.isUp) {
      this.#dialled.delete(contact);
      return this.dial(contact, system, options);
    }
    if (system !== "" && link.system !== system) {
      throw troupeError("link/down", `Cannot reach system at ${contact}: it was replaced by another one`);
    }
    return link;
  }

  async #connect(contact: string, options: DialOptions): Promise<Link> {
    if (this.#isClosed) throw closedError();
    const { token, connectTls } = this.credentials;
    const names = { link: this.#world.random.text(12), after: this.#lost.get(contact) ?? "" };
    this.#dialling ??= new AbortController();
    const closed = this.#dialling.signal;
    this.sockets ??= await loadSockets();
    const { connection, hello } = await this.sockets.connect(contact, {
      ...this.#world,
      tls: connectTls,
      hello: { role: this.role, system: this.#id, address: this.#listener?.address ?? "", token, ...names },
      timeoutMs: options.timeoutMs,
      retry: options.retry ?? options.timeoutMs !== undefined,
      signal: options.signal === undefined ? closed : AbortSignal.any([options.signal, closed]),
    });
    this.#lost.delete(contact);
    return this.#attach(connection, { ...hello, address: contact, ...names, after: "" }, options.isGateway ?? false);
  }
}

async function loadSockets(): Promise<Sockets> {
  const { SOCKETS }: typeof import("../transport/sockets.ts") = await import(
    import.meta.resolve("../transport/sockets.ts")
  );
  return SOCKETS;
}

function closedError(): Error {
  return troupeError("link/down", "Cannot link: the system is closed");
}
