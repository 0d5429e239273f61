/** First module of a process host. Named by URL, imported by nobody. @module */
import { connectSocket } from "../transport/socket.ts";
import { startHostActor } from "./host.ts";
import type { ProcessBirth } from "./process_host.ts";
import { processCore } from "./process_core.ts";

// Ctrl-C reaches the whole process group: what to do about it is our parent's decision.
Deno.addSignalListener("SIGINT", () => {});

const birth: ProcessBirth = JSON.parse(await new Response(Deno.stdin.readable).text());
const core = processCore({
  id: birth.id,
  name: birth.name,
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
