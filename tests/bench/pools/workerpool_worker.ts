import { PACKAGES } from "./package_versions.ts";

interface WorkerpoolModule {
  worker(methods: Readonly<Record<string, (a: number, b: number) => number>>): void;
}

const { default: workerpool }: { default: WorkerpoolModule } = await import(PACKAGES.workerpool);
workerpool.worker({ add: (a, b) => a + b });
