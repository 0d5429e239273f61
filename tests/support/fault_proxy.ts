/** A TCP proxy that cuts, delays and garbles what passes through it. @module */

/** What the proxy does to the bytes of one direction: gives what goes on, or undefined to cut the connection. */
export type Fault = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

/** Stands before a listener. */
export class FaultProxy implements AsyncDisposable {
  /** Where it listens itself. */
  readonly address: string;
  /** Connections that it has made so far. */
  connections = 0;
  /** What it does to what the connecting side says. */
  fault: Fault = (bytes) => bytes;
  readonly #listener: Deno.TcpListener;
  readonly #port: number;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();

  /** @param address Where the listener is, as `tcp://127.0.0.1:PORT`. */
  constructor(address: string) {
    this.#port = Number(address.split(":").at(-1));
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.address = `tcp://127.0.0.1:${this.#listener.addr.port}`;
    this.#track(this.#accept());
  }

  /** Cuts all connections that are there. */
  cut(): void {
    for (const socket of this.#open) this.#drop(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async #accept(): Promise<void> {
    try {
      for await (const near of this.#listener) this.#track(this.#serve(near));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) throw error;
    }
  }

  async #serve(near: Deno.TcpConn): Promise<void> {
    this.#open.add(near);
    try {
      const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
      this.#open.add(far);
      this.connections++;
      await Promise.all([this.#pump(near, far, (bytes) => this.fault(bytes)), this.#pump(far, near, (bytes) => bytes)]);
    } catch {
      // Nobody listens there at the moment.
      this.#drop(near);
    }
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn, fault: Fault): Promise<void> {
    const buffer = new Uint8Array(4096);
    try {
      for (;;) {
        const count = await from.read(buffer);
        const bytes = count === null ? undefined : await fault(buffer.slice(0, count));
        if (bytes === undefined) break;
        for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
      }
    } catch {
      // Cut, by one of the two or by us.
    }
    this.#drop(from);
    this.#drop(to);
  }

  #drop(socket: Deno.TcpConn): void {
    if (!this.#open.delete(socket)) return;
    try {
      socket.close();
    } catch {
      // Closed already.
    }
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}
