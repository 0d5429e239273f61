/** An actor for hosts, named by URL: it does what it is told, the worst included. */
import { setImmediate } from "node:timers";
import process from "node:process";
import type { ActorModule } from "../../actors/actor/conversation.ts";
import { textConversation } from "../support/cores.ts";

/** Fills the heap, from where a bounded one ends the thread. */
function fillHeap(): void {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(10_000).fill(kept.length));
}

const DEEDS: Readonly<Record<string, () => unknown>> = {
  "throw": () =>
    setTimeout(() => {
      throw new RangeError("late");
    }),
  "reject": () => void Promise.reject(new RangeError("unheard")),
  "exit": () => Deno.exit(7),
  "process-exit": () => process.exit(8),
  "oom": () => setImmediate(fillHeap),
  "spin": () =>
    setImmediate(() => {
      for (;;);
    }),
  "print": () => console.error("last words"),
  "pid": () => String(Deno.pid),
};

/** The probe. Its argument is the name of a deed to do at the start. */
export const probe: ActorModule<string, string> = {
  conversation: textConversation,
  create: () => ({
    receive(message: string) {
      const result = DEEDS[message]?.();
      return typeof result === "string" ? result : message;
    },
  }),
};

/** Tells the state of a permission: its descriptor as JSON. */
export const permissions: ActorModule<string, string> = {
  conversation: textConversation,
  create: () => ({
    receive: (message: string) => Deno.permissions.querySync(JSON.parse(message)).state,
  }),
};
