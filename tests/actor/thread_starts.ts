/** Ends threads at all stages of their start. What it prints on standard error is the runtime's own. @module */
import { startThreadHost } from "../../actors/actor/thread_host.ts";
import { openCore } from "../support/cores.ts";

const ROUNDS = 15;
/** Threads that start at the same time: each is at another stage when its time has come. */
const THREADS = 4;

const core = openCore("here");
for (let round = 0; round < ROUNDS; round++) {
  const hosts = Array.from(
    { length: THREADS },
    (_, index) => startThreadHost(core, { name: `thread-${round}-${index}`, heapBytesMax: 1e9 }),
  );
  for (const host of hosts) {
    await new Promise((resolve) => setTimeout(resolve, 10 + 5 * round));
    void host.terminate();
  }
  await Promise.all(hosts.map((host) => host.exited));
}
await core.close();
console.log("all ended");
