/** A program for the test of permissions: prints what it may do, and what a process that it starts may do. */
import { startProcessHost } from "../../actors/actor/process_host.ts";
import { keepAwake, openCore, textConversation } from "../support/cores.ts";

const QUESTIONS: readonly Deno.PermissionDescriptor[] = [
  ...(["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const).map((name) => ({ name })),
  { name: "read", path: "/etc/passwd" },
  { name: "read", path: "/proc" },
  { name: "write", path: "/tmp" },
  { name: "net", host: "127.0.0.1" },
  { name: "net", host: "example.com" },
  { name: "env", variable: "HOME" },
  { name: "run", command: "sh" },
  { name: "sys", kind: "hostname" },
];

using _awake = keepAwake();
const core = openCore("parent");
const host = await startProcessHost(core, { name: "child" });
const probe = await host.spawn({
  module: import.meta.resolve("./host_probe.ts"),
  export: "permissions",
  name: "permissions",
  args: null,
  conversation: textConversation,
});
for (const question of QUESTIONS) {
  const own = Deno.permissions.querySync(question).state;
  const child = await probe.ask(JSON.stringify(question));
  console.log(JSON.stringify([question, own === "granted", child === "granted"]));
}
await host.terminate();
