/** First module of a thread host. Named by URL, imported by nobody. @module */
import { type MessagePort, workerData } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { systemRandom } from "../base/random.ts";
import { threadConnection } from "../transport/thread_port.ts";
import { startHostActor } from "./host.ts";
import { SystemCore } from "./system_core.ts";
import type { ThreadBirth } from "./thread_host.ts";

const birth: ThreadBirth = workerData;

// Held for ever: a thread that holds a lock is stopped by terminate() even while it spins.
// Typed by what is used: in a checked thread `navigator` is of another type than in the main one.
const world: unknown = navigator;
(world as { locks: { request(name: string, hold: () => Promise<never>): unknown } })
  .locks.request(birth.id, () => new Promise<never>(() => {}));

const core = new SystemCore({
  id: birth.id,
  name: birth.name,
  clock: systemClock,
  random: systemRandom,
  limits: birth.limits,
});
core.isOnThread = true;
core.dialer.isHosted = true;
core.dialer.parentContact = birth.parentContact;
const connection = threadConnection(birth.port as MessagePort, "parent", core.world);
// The port keeps the thread alive; its end is the parent's business.
connection.ref();
const preloaded = birth.preload.map((url) => import(url));
await startHostActor(core);
core.attach(connection, { system: birth.parent, contact: birth.parentContact, isGateway: true });
connection.ref();
await Promise.all(preloaded);
