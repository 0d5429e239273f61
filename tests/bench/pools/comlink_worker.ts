import { PACKAGES } from "./package_versions.ts";

interface ComlinkModule {
  expose(api: Readonly<Record<string, (a: number, b: number) => number>>): void;
}

const { expose }: ComlinkModule = await import(PACKAGES.comlink);
expose({ add: (a, b) => a + b });
