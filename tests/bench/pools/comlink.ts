import { PACKAGES } from "./package_versions.ts";
import { type AddingPool, POOL_THREADS, reportPool } from "./pool_rows.ts";

interface ComlinkModule {
  wrap(worker: Worker): { add(a: number, b: number): Promise<number> };
}

/** Comlink is no pool: one proxy per thread, in turn, as its users write it. */
function openPool({ wrap }: ComlinkModule): Promise<AddingPool> {
  const script = new URL("./comlink_worker.ts", import.meta.url);
  const threads = Array.from({ length: POOL_THREADS }, () => new Worker(script, { type: "module" }));
  const adders = threads.map((thread) => wrap(thread));
  let calls = 0;
  return Promise.resolve({
    add(a, b) {
      const adder = adders[calls++ % POOL_THREADS];
      if (adder === undefined) throw new Error("Cannot add: there are no threads");
      return adder.add(a, b);
    },
    close() {
      for (const thread of threads) thread.terminate();
      return Promise.resolve();
    },
  });
}

await reportPool((): Promise<ComlinkModule> => import(PACKAGES.comlink), openPool);
