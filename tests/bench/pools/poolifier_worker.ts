import { PACKAGES } from "./package_versions.ts";

interface PoolifierModule {
  readonly ThreadWorker: new (tasks: Readonly<Record<string, (data: { a: number; b: number }) => number>>) => unknown;
}

const { ThreadWorker }: PoolifierModule = await import(PACKAGES.poolifier);
new ThreadWorker({ add: ({ a, b }) => a + b });
