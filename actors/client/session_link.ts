/** Ties a session to its scheduler through an actor system. @module */
import { formatActorAddress } from "../actor/actor_address.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { asError } from "../base/errors.ts";
import { KeepAlive } from "../base/keep_alive.ts";
import type { Capturer } from "../code/capture.ts";
import type { Reviver } from "../code/revive.ts";
import type { SchedulerToClient } from "../protocol/client_scheduler.ts";
import { clientInbox, schedulerInbox, workerInbox } from "../protocol/inboxes.ts";
import type { TaskKey, WorkerId } from "../protocol/task.ts";
import type { StoredItem, StoreReply, StoreRequest } from "../protocol/worker_peer.ts";
import { ActorRefReader } from "./actor_refs.ts";
import { Session } from "./session.ts";

/** Options of {@linkcode linkSession}. */
export interface SessionLinkOptions {
  /** Full address of the scheduler. */
  readonly schedulerId: string;
  /** Turns functions into what travels. */
  readonly capturer: Capturer;
  /** Makes functions again that came within values. */
  readonly reviver: Reviver;
  /** Shows what a task printed. */
  readonly print: (stream: "out" | "err", text: string) => void;
  /** Runs after the client's actor has ended: the end of a system of its own, for example. */
  readonly onDisconnected: () => Promise<void>;
}

/** A session whose client is an actor of this system. Synchronous: what it says waits until the link is there. */
export function linkSession(core: SystemCore, options: SessionLinkOptions): Session {
  const scheduler = core.ref(options.schedulerId, schedulerInbox);
  const name = `client-${core.world.random.text(8)}`;
  const address = core.addressOf(name);
  const clientId = formatActorAddress(address);
  const keepAlive = new KeepAlive({ isLasting: true });
  const session = new Session({
    ...core.world,
    clientId,
    capturer: options.capturer,
    reviver: options.reviver,
    actorRefs: new ActorRefReader(core),
    tellScheduler: (messages) => scheduler.tell({ type: "from-client", clientId, messages }),
    fetch: (worker, keys) => fetch(core, worker, keys),
    put: (worker, items) => put(core, worker, items),
    describe: async (worker) => {
      const reply = await askStore(core, worker, { type: "describe" });
      return reply.type === "description" ? reply.value : undefined;
    },
    print: options.print,
    keepAlive: (waiting) => waiting ? keepAlive.hold() : keepAlive.release(),
    async disconnect() {
      watch[Symbol.dispose]();
      keepAlive.end();
      await core.end(address, "stopped");
      await options.onDisconnected();
    },
  });
  core.spawn({
    name,
    conversation: clientInbox,
    mailbox: { capacity: Infinity },
    supervision: { onFailure: "stop" },
    create: () => ({ receive: (messages: readonly SchedulerToClient[]) => session.receive(messages) }),
    onDown: (notice) => session.connectionLost(notice.error?.message ?? "the client's actor has ended"),
  }).catch((error) => session.connectionLost(asError(error).message));
  // Through the client's own mailbox: what the scheduler said before the end is heard first.
  const watch = scheduler.watch((notice) => {
    core.tell(address, clientInbox, [{ type: "closing", reason: notice.error?.message ?? "the scheduler has ended" }]);
  });
  return session;
}

async function fetch(
  core: SystemCore,
  worker: WorkerId,
  keys: readonly TaskKey[],
): Promise<{ found: readonly StoredItem[]; missing: readonly TaskKey[] }> {
  const reply = await askStore(core, worker, { type: "get", keys });
  return reply.type === "values" ? reply : { found: [], missing: keys };
}

async function put(core: SystemCore, worker: WorkerId, items: readonly StoredItem[]): Promise<void> {
  await askStore(core, worker, { type: "put", items });
}

function askStore(
  core: SystemCore,
  worker: WorkerId,
  request: StoreRequest,
): Promise<StoreReply> {
  return core.ref(worker, workerInbox).ask({ type: "store", request });
}
