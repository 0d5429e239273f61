/** Actors in another thread or process: a system behind one entry file, linked to its parent. @module */
import type { SystemCore } from "./system_core.ts";
import type { ActorModule, Conversation } from "./conversation.ts";
import type { Ref } from "./ref.ts";
import * as p from "../protocol/parse.ts";

/** How a host came to its end. */
export interface HostExit {
  /** One sentence part: "exited with code 7", "ran out of memory", "was killed by SIGKILL". */
  readonly reason: string;
  /** Exit code, if known. */
  readonly exitCode: number | undefined;
  /** Signal that ended the process, if any. */
  readonly signal: string | undefined;
  /** The last lines that it printed, oldest first. */
  readonly lastLines: readonly string[];
}

/** A thread or process that hosts actors. */
export interface Host {
  /** Its system. */
  readonly system: string;
  /** Starts an actor in it: the export of a module, by URL. `args` is plain data. */
  spawn<M, R>(spec: HostedSpec<M, R>): Promise<Ref<M, R>>;
  /** Ends it now; resolves when it is gone. Twice is fine. */
  terminate(): Promise<HostExit>;
  /** Resolves when it has ended, whoever ended it. */
  readonly exited: Promise<HostExit>;
}

/** An actor to start in a host. */
export interface HostedSpec<M, R> {
  /** URL of the module. */
  readonly module: string;
  /** Its export: an {@linkcode ActorModule}. */
  readonly export: string;
  /** Its name in the host's system. */
  readonly name: string;
  /** Plain data for it. */
  readonly args: unknown;
  /** How its messages travel. */
  readonly conversation: Conversation<M, R>;
}

/** The name of the actor in each host that starts others. */
export const HOST_ACTOR = "host";

/** What a host's own actor is asked: start this actor. The reply is nothing but the fact. */
export interface HostRequest {
  /** URL of the module. */
  readonly module: string;
  /** Its export. */
  readonly export: string;
  /** Name of the actor. */
  readonly name: string;
  /** Plain data for it. */
  readonly args: unknown;
}

/** How a host's own actor is talked to. */
export const hostConversation: Conversation<HostRequest, undefined> = {
  name: "host",
  pack: (m) => [m.module, m.export, m.name, m.args],
  parse: (data) => {
    const t = p.fields(data);
    return { module: p.text(t, 0), export: p.text(t, 1), name: p.text(t, 2), args: t[3] };
  },
  packReply: () => undefined,
  parseReply: () => undefined,
};

/** Starts an actor through a host's own actor. */
export async function spawnInHost<M, R>(core: SystemCore, system: string, spec: HostedSpec<M, R>): Promise<Ref<M, R>> {
  const host = core.ref({ system, actor: HOST_ACTOR, contact: "" }, hostConversation);
  await host.ask({ module: spec.module, export: spec.export, name: spec.name, args: spec.args });
  return core.ref({ system, actor: spec.name, contact: "" }, spec.conversation);
}

/** Starts the actor of a host that starts others. Its imports are by URL: a host knows no actor beforehand. */
export async function startHostActor(core: SystemCore): Promise<void> {
  await core.spawn({
    name: HOST_ACTOR,
    conversation: hostConversation,
    reentrant: true,
    supervision: { onFailure: "resume" },
    create: () => ({
      receive: async (request: HostRequest): Promise<undefined> => {
        const module: Record<string, unknown> = await import(request.module);
        const found = actorModule(module[request.export], request);
        await core.spawn({
          name: request.name,
          conversation: found.conversation,
          reentrant: found.reentrant,
          supervision: { onFailure: "stop" },
          create: () => found.create(request.args, { system: core }),
        });
        return undefined;
      },
    }),
  });
}

function actorModule(value: unknown, request: HostRequest): ActorModule<unknown, unknown> {
  if (typeof value === "object" && value !== null && "conversation" in value && "create" in value) {
    return value as ActorModule<unknown, unknown>;
  }
  throw p.malformed(`module ${request.module} has no actor "${request.export}"`, value);
}
