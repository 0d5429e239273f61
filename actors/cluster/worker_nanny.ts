import type { SystemCore } from "../actor/system_core.ts";
export class WorkerNanny { constructor(_core: SystemCore, _o: unknown) {} start(): Promise<void> { throw new Error("x"); } close(): Promise<void> { return Promise.resolve(); } }
