/** Where an actor lives that its parent's system stands in for: a thread or process of its own, or another system. @module */
import { describe } from "../base/errors.ts";
import { formatActorAddress } from "./actor_address.ts";
import { callConversation } from "./call_conversation.ts";
import type { HostExit } from "./host.ts";
import { startProcessHost } from "./process_host.ts";
import type { Packed } from "../protocol/packed.ts";
import type { SystemCore } from "./system_core.ts";
import { SYSTEM_ACTOR, systemConversation } from "./system_request.ts";
import { startThreadHost } from "./thread_host.ts";
import { checkThreadPermission } from "./thread_permission.ts";

/** What is said of the actor that is to live there. */
export interface HostedSpawn {
  /** Its class. */
  readonly classCode: Packed;
  /** Options of its spawn there. */
  readonly options: Packed;
  /** Its name here. */
  readonly name: string;
}

/** A place for one actor. */
export interface HostedPlace {
  /** For messages: "thread", "process", "system tcp://...". */
  readonly title: string;
  /** Its system. */
  readonly system: string;
  /** Resolves when it is gone, whoever ended it. */
  readonly ended: Promise<HostExit>;
  /** Starts the actor there; gives its full address. */
  start(spawn: HostedSpawn): Promise<string>;
  /** Lets it go, with the actor, now. Twice is fine. */
  leave(): Promise<void>;
}

/** Heap of a user's thread: without a bound its out-of-memory would end the whole process. */
const HEAP_BYTES_MAX = 2 * 1024 ** 3;

/** URL of the module that answers in a host: named, not imported, for it belongs to another thread. */
const HOSTED_SYSTEM = new URL("./hosted_system.ts", import.meta.url).href;

/** A thread or a process for one actor. Its system ends with it. */
export async function openHost(core: SystemCore, on: "thread" | "process", name: string): Promise<HostedPlace> {
  if (on === "thread") checkThreadPermission(`start thread ${describe(name)}`);
  const host = on === "process"
    ? await startProcessHost(core, { name })
    : startThreadHost(core, { name, heapBytesMax: HEAP_BYTES_MAX });
  return {
    title: on,
    system: host.system,
    ended: host.exited,
    async start(spawn) {
      await host.spawn({
        module: HOSTED_SYSTEM,
        export: "hostedSystem",
        name: SYSTEM_ACTOR,
        args: null,
        conversation: systemConversation,
      });
      return await spawnIn(core, host.system, spawn);
    },
    async leave() {
      await host.terminate();
    },
  };
}

/** A system that runs elsewhere, for one of its actors. It goes on without it. */
export function openSystem(core: SystemCore, system: string, contact: string): HostedPlace {
  const { promise, resolve } = Promise.withResolvers<HostExit>();
  const end = (reason: string) => {
    listening[Symbol.dispose]();
    resolve({ reason, exitCode: undefined, signal: undefined, lastLines: [] });
  };
  const listening = core.onSystemGone((gone) => {
    if (gone === system) end("cannot be reached any more");
  });
  let address: string | undefined;
  return {
    title: `system ${contact}`,
    system,
    ended: promise,
    start: async (spawn) => address = await spawnIn(core, system, spawn),
    async leave() {
      // If it cannot be told, it ends by itself: its parent is gone.
      if (address !== undefined) await core.ref(address, callConversation).kill();
      end("was left");
    },
  };
}

async function spawnIn(core: SystemCore, system: string, { classCode, options, name }: HostedSpawn): Promise<string> {
  const there = core.ref({ system, actor: SYSTEM_ACTOR, contact: "" }, systemConversation);
  const parent = formatActorAddress(core.addressOf(name));
  const [address] = await there.ask({ type: "spawn", classCode, options, parent });
  return String(address);
}
