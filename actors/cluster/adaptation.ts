import type { SystemCore } from "../actor/system_core.ts";
export class Adaptation { constructor(_core: SystemCore, _s: string, _c: unknown, _o: unknown) {} end(): void {} }
