/** Starts, uses and ends clusters of each kind, and looks for what they leave behind. @module */
import { Client, ClusterWorker, Nanny, Scheduler } from "../../mod.ts";
import { assertNothingLeft, takeHoldings } from "../support/leaks.ts";

const KINDS: Readonly<Record<string, () => Promise<void>>> = {
  async inline() {
    await using client = await Client.connect({ executors: "inline" });
    await use(client);
  },
  async threads() {
    await using client = await Client.connect({ workers: 2, threadsPerWorker: 2 });
    await use(client);
    // Its thread must go although it spins.
    client.submit(() => {
      for (;;);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
  },
  async processes() {
    await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
    await use(client);
    await client.cluster.scale(1);
    await client.cluster.scale(2);
  },
  async parts() {
    await using scheduler = await Scheduler.start({ port: 0 });
    await using _worker = await ClusterWorker.start(scheduler.address, { threads: 1 });
    await using _nanny = await Nanny.start(scheduler.address, { threads: 1 });
    await using client = await Client.connect(scheduler.address);
    await use(client);
  },
};

async function use(client: Client): Promise<void> {
  const futures = client.map((x: number) => x * x, [1, 2, 3, 4, 5]);
  const sum = client.submit((xs: number[]) => xs.reduce((a, b) => a + b), futures);
  if (await sum.result() !== 55) throw new Error("The sum is wrong");
}

for (const [name, run] of Object.entries(KINDS)) {
  const before = takeHoldings();
  await run();
  await assertNothingLeft(before);
  console.log(`clean after ${name}`);
}
