/** A connection to a cluster. @module */
import { troupeError } from "../base/errors.ts";
import { ClientView, type ViewGround } from "./client_view.ts";
import type { Cluster } from "./cluster_handle.ts";
import { openSession } from "./connect.ts";
import type { ConnectOptions, LocalClusterOptions } from "./connect_options.ts";
import {
  addOpenClient,
  installLibrary,
  installTaskSide,
  lastOpenClient,
  ownLibrary,
  refuseAtImport,
  removeOpenClient,
  runningTask,
} from "./defaults.ts";
import { showAs } from "./inspect.ts";
import { libraryWith } from "./library.ts";
import type { Session } from "./session.ts";
import { SubmitTools } from "./submission.ts";
import { TaskSide } from "./task_side.ts";
import { waitFor, type WaitOptions } from "./waiting.ts";

/** Owner: the cluster ends with this client. Guest: it does not. Shared: nor does the session. */
type ClientRole = "owner" | "guest" | "shared";

/** A connection to a cluster. Disposing it closes it. */
export class Client extends ClientView implements AsyncDisposable {
  readonly #session: Session;
  readonly #role: ClientRole;
  /** Set by the first call of `close`. */
  #closed: Promise<void> | undefined = undefined;

  private constructor(ground: ViewGround, role: ClientRole) {
    super(ground, {});
    this.#session = ground.session;
    this.#role = role;
    ground.session.client = this;
  }

  /** The cluster at `$TROUPE_SCHEDULER_ADDRESS`, else a local cluster, closed with the client. */
  static connect(): Promise<Client>;
  /** The cluster of this scheduler: `"tcp://10.0.0.5:8786"` or `"10.0.0.5:8786"`. */
  static connect(address: string, options?: ConnectOptions): Promise<Client>;
  /** A running cluster: `LocalCluster`, `SSHCluster`, or your own. The client does not close it. */
  static connect(cluster: Cluster, options?: ConnectOptions): Promise<Client>;
  /** A local cluster with these options, closed with the client. */
  static connect(options: LocalClusterOptions & WaitOptions): Promise<Client>;
  static async connect(target?: unknown, options?: unknown): Promise<Client> {
    const { session, cluster, owned } = await openSession(target, options, ownLibrary());
    const client = Client.of(session, cluster, owned);
    addOpenClient(client);
    void session.gone.then(() => removeOpenClient(client));
    return client;
  }

  /** A client on an open session, not known to `getClient`. For Troupe's own code. */
  static of(session: Session, cluster: Cluster, isOwner: boolean): Client {
    return new Client({ session, cluster, tools: new SubmitTools(session) }, isOwner ? "owner" : "guest");
  }

  /** The client that all tasks of an executor share. For Troupe's own code. */
  static ofTask(session: Session): Client {
    return new Client({ session, cluster: undefined, tools: new SubmitTools(session) }, "shared");
  }

  /**
   * Releases all futures; closes the cluster if this client started it. Twice is fine.
   *
   * Does nothing inside a task: its client is that of all tasks of the worker, and ends with it.
   */
  async close(wait?: WaitOptions): Promise<void> {
    if (this.#role === "shared") return;
    this.#closed ??= this.#close();
    const closed = this.#closed;
    await waitFor(this.#session, wait, "close client", () => closed);
  }

  /** Stops scheduler and workers, whoever started them, then closes. */
  async shutdown(wait?: WaitOptions): Promise<void> {
    const session = this.#session;
    session.assertOpen("shut down");
    if (this.#role !== "owner") {
      session.say({ type: "shutdown" });
      await waitFor(session, wait, "shut down", () => session.gone);
    }
    await this.close(wait);
  }

  /** What `await using` calls. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    // First the client, then the cluster: what ends with the cluster is nobody's loss any more.
    try {
      await this.#session.close();
    } finally {
      if (this.#role === "owner") await this.cluster.close();
    }
  }

  static {
    installLibrary(libraryWith(getClient));
    installTaskSide((core, options) => new TaskSide(core, options, (session) => Client.ofTask(session)));
    showAs(this.prototype, (client) => {
      if (!(#session in client)) return "Client {}"; // the prototype itself
      const { address, workerCount, threadCount } = client.#session;
      return `<Client: ${JSON.stringify(address)} workers=${workerCount} threads=${threadCount}>`;
    });
  }
}

/** The current client: inside a task the worker's own; else the one connected last and still open. Throws `client/none`. */
export function getClient(): Client {
  refuseAtImport("get the current client");
  const client = runningTask()?.client() ?? lastOpenClient();
  if (client instanceof Client) return client;
  throw troupeError("client/none", "Cannot get the current client: none is connected", {
    hint: "Call `await Client.connect()` first",
  });
}
