import { PACKAGES } from "./package_versions.ts";
import { type AddingPool, POOL_THREADS, reportPool } from "./pool_rows.ts";

interface WorkerpoolModule {
  pool(script: string, options: { minWorkers: number; maxWorkers: number; workerType: "thread" }): WorkerpoolPool;
}

interface WorkerpoolPool {
  exec(method: string, params: readonly number[]): PromiseLike<number>;
  terminate(): PromiseLike<unknown>;
}

function openPool(module: WorkerpoolModule): Promise<AddingPool> {
  const script = new URL("./workerpool_worker.ts", import.meta.url);
  const pool = module.pool(script.pathname, {
    minWorkers: POOL_THREADS,
    maxWorkers: POOL_THREADS,
    workerType: "thread",
  });
  return Promise.resolve({
    // Its promises are its own.
    add: (a, b) => Promise.resolve(pool.exec("add", [a, b])),
    close: async () => void await pool.terminate(),
  });
}

async function loadModule(): Promise<WorkerpoolModule> {
  const module: { default: WorkerpoolModule } = await import(PACKAGES.workerpool);
  return module.default;
}

await reportPool(loadModule, openPool);
