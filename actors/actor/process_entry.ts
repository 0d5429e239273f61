/** First module of a process host. Named by URL, imported by nobody. @module */
import { systemClock } from "../base/clock.ts";
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { systemRandom } from "../base/random.ts";
import { connectSocket } from "../transport/socket.ts";
import { startHostActor } from "./host.ts";
import type { ProcessBirth } from "./process_host.ts";
import { SystemCore } from "./system_core.ts";

// Ctrl-C reaches the whole process group: what to do about it is our parent's decision.
Deno.addSignalListener("SIGINT", () => {});

const birth: ProcessBirth = JSON.parse(await new Response(Deno.stdin.readable).text());
const core = new SystemCore({
  id: birth.id,
  name: birth.name,
  clock: systemClock,
  random: systemRandom,
  limits: DEFAULT_LIMITS,
});
const { connection, hello } = await connectSocket(birth.address, {
  ...core.world,
  hello: { role: "host", system: core.id, address: "", token: birth.token },
});
core.dialer.parentContact = birth.parentContact;
await startHostActor(core);
core.onSystemGone((system) => {
  if (system === hello.system) Deno.exit(0);
});
core.attach(connection, { system: hello.system, contact: birth.parentContact, isGateway: true });
connection.ref();
