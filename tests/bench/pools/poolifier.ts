import { PACKAGES } from "./package_versions.ts";
import { type AddingPool, POOL_THREADS, reportPool } from "./pool_rows.ts";

interface PoolifierModule {
  readonly FixedThreadPool: new (threads: number, script: URL, options: PoolifierOptions) => PoolifierPool;
}

interface PoolifierOptions {
  readonly enableTasksQueue: boolean;
  readonly errorEventHandler: (event: ErrorEvent) => void;
}

interface PoolifierPool {
  execute(data: { a: number; b: number }, name: string): Promise<number>;
  destroy(): Promise<void>;
}

function openPool({ FixedThreadPool }: PoolifierModule): Promise<AddingPool> {
  const pool = new FixedThreadPool(POOL_THREADS, new URL("./poolifier_worker.ts", import.meta.url), {
    enableTasksQueue: true,
    errorEventHandler: (event) => reportError(event.error),
  });
  return Promise.resolve({
    add: (a, b) => pool.execute({ a, b }, "add"),
    close: () => pool.destroy(),
  });
}

await reportPool((): Promise<PoolifierModule> => import(PACKAGES.poolifier), openPool);
