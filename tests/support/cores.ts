import type { Clock } from "../../actors/base/clock.ts";
import { systemClock } from "../../actors/base/clock.ts";
import { DEFAULT_LIMITS, type Limits } from "../../actors/base/limits.ts";
import { seededRandom } from "../../actors/base/random.ts";
import type { Conversation } from "../../actors/actor/conversation.ts";
import { SOCKETS } from "../../actors/transport/sockets.ts";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { malformed } from "../../actors/protocol/parse.ts";
import { InProcessCable, inProcessPair } from "../../actors/transport/in_process.ts";

/** A conversation of texts. The text "malformed" cannot be read, the reply "unpackable" cannot be written. */
export const textConversation: Conversation<string, string> = {
  name: "text",
  pack: (message) => message,
  parse: text,
  packReply(reply) {
    if (reply === "unpackable") throw new Error("Cannot write reply");
    return reply;
  },
  parseReply: text,
  sizeBytes: (message) => message.length,
};

function text(data: unknown): string {
  if (typeof data === "string" && data !== "malformed") return data;
  throw malformed("expected a text", data);
}

/** A kernel for tests; everything it may want to differ. */
export function openCore(
  name: string,
  changes: { readonly clock?: Clock; readonly limits?: Partial<Limits>; readonly seed?: number } = {},
): SystemCore {
  const core = new SystemCore({
    name,
    id: name,
    clock: changes.clock ?? systemClock,
    random: seededRandom(changes.seed ?? 1),
    limits: { ...DEFAULT_LIMITS, ...changes.limits },
  });
  core.dialer.sockets = SOCKETS;
  return core;
}

/** Links two kernels of this thread; the cable can be frozen and cut. */
export function linkCores(
  first: SystemCore,
  second: SystemCore,
  options: { readonly isGateway?: boolean } = {},
): InProcessCable {
  const cable = new InProcessCable();
  const [near, far] = inProcessPair({ names: [first.id, second.id], cable });
  first.attach(near, { system: second.id, contact: second.contact, isGateway: options.isGateway ?? false });
  second.attach(far, { system: first.id, contact: first.contact, isGateway: false });
  return cable;
}

/** Resolves after everything that is ready has run: microtasks, and a turn of the event loop. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Kernels keep no process alive: whoever waits for a socket holds this meanwhile. */
export function keepAwake(): Disposable {
  const timer = setInterval(() => {}, 1_000_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
