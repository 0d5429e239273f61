/** A program for the test of orphans: starts a process, prints its id, and lives until it is killed. */
import { startProcessHost } from "../../actors/actor/process_host.ts";
import { keepAwake, openCore } from "../support/cores.ts";

keepAwake();
const host = await startProcessHost(openCore("parent"), { name: "child" });
console.log(host.pid);
