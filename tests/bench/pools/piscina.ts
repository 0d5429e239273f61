import { PACKAGES } from "./package_versions.ts";
import { type AddingPool, POOL_THREADS, reportPool } from "./pool_rows.ts";

interface PiscinaModule {
  readonly Piscina: new (options: { filename: string; minThreads: number; maxThreads: number }) => PiscinaPool;
}

interface PiscinaPool {
  run(task: { a: number; b: number }, options: { name: string }): Promise<number>;
  destroy(): Promise<void>;
}

function openPool({ Piscina }: PiscinaModule): Promise<AddingPool> {
  const filename = new URL("./piscina_worker.ts", import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: POOL_THREADS, maxThreads: POOL_THREADS });
  return Promise.resolve({
    add: (a, b) => pool.run({ a, b }, { name: "add" }),
    close: () => pool.destroy(),
  });
}

await reportPool((): Promise<PiscinaModule> => import(PACKAGES.piscina), openPool);
