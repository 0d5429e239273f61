/** What systems ask of each other about their users' actors. @module */
import type { Packed } from "../protocol/packed.ts";
import * as p from "../protocol/parse.ts";
import type { ClassReference } from "./class_reference.ts";
import type { Behaviour, Conversation } from "./conversation.ts";

/** The name of the actor in each system that answers them. */
export const SYSTEM_ACTOR = "system";

/** A question or wish. */
export type SystemRequest =
  /** The full address of the actor of this name or address; "" when there is none. `isDeep`: ask linked systems, too. */
  | { readonly type: "find"; readonly name: string; readonly isDeep: boolean }
  /** Start an actor of this class; its full address. */
  | { readonly type: "spawn"; readonly reference: ClassReference; readonly options: Packed };

/** How the actors that answer them are talked to. */
export const systemConversation: Conversation<SystemRequest, string> = {
  name: "system",
  pack: (m) =>
    m.type === "find" ? ["find", m.name, m.isDeep] : ["spawn", m.reference.module, m.reference.export, m.options],
  parse(data) {
    const t = p.fields(data);
    if (p.choice(t, 0, ["find", "spawn"]) === "find") return { type: "find", name: p.text(t, 1), isDeep: p.flag(t, 2) };
    return { type: "spawn", reference: { module: p.text(t, 1), export: p.text(t, 2) }, options: p.packed(t, 3) };
  },
  packReply: (reply) => [reply],
  parseReply: (data) => p.text(p.fields(data), 0),
};

/** Who can answer. */
export interface SystemAnswers {
  /** The full address of an actor; "" when there is none. */
  find(name: string, isDeep: boolean): Promise<string>;
  /** Starts an actor; gives its full address. */
  spawnHere(reference: ClassReference, options: Packed): Promise<string>;
}

/** The actor that answers for its system. */
export function systemBehaviour(answers: SystemAnswers): Behaviour<SystemRequest, string> {
  return {
    receive: (request) =>
      request.type === "find"
        ? answers.find(request.name, request.isDeep)
        : answers.spawnHere(request.reference, request.options),
  };
}
