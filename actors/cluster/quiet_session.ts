/** How a cluster talks to its scheduler: as a client that submits nothing. @module */
import type { SystemCore } from "../actor/system_core.ts";
import type { Session } from "../client/session.ts";
import { linkSession } from "../client/session_link.ts";
import { Capturer } from "../code/capture.ts";
import { Reviver } from "../code/revive.ts";

/** A session that has said nothing yet, with a scheduler that this system reaches. */
export function quietSession(core: SystemCore, schedulerId: string): Session {
  return linkSession(core, {
    schedulerId,
    capturer: new Capturer({}),
    reviver: new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) }),
    print: () => {},
    onDisconnected: () => Promise.resolve(),
  });
}

/** Has workers leave without loss; resolves when they have left, or stay because nobody can take what they hold. */
export async function retireByName(core: SystemCore, schedulerId: string, names: readonly string[]): Promise<void> {
  const session = quietSession(core, schedulerId);
  try {
    await session.begin("scaling", 0);
    await session.order({ type: "retire-workers", workers: names, count: 0 });
  } finally {
    await session.close();
  }
}
