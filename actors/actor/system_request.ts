/** What systems ask of each other about their users' actors. @module */
import type { Packed } from "../protocol/packed.ts";
import * as p from "../protocol/parse.ts";
import type { Behaviour, Conversation } from "./conversation.ts";

/** The name of the actor in each system that answers them. */
export const SYSTEM_ACTOR = "system";

/**
 * A question or wish. `isDeep`: the answer is that of all systems linked to the one that is asked, else its own and that
 * of its hosts.
 */
export type SystemRequest =
  /** The full address of the actor of this name or address; nothing when there is none. */
  | { readonly type: "find"; readonly name: string; readonly isDeep: boolean }
  /**
   * Start an actor of this class; its full address. `parent`: the full address of whoever stands in for it in its
   * parent's system, with which it ends and which has claimed its name; "" when it is this system's own.
   */
  | {
    readonly type: "spawn";
    readonly classCode: Packed;
    readonly options: Packed;
    readonly parent: string;
  }
  /** The actor that the one of this name here stands in for was restarted where it lives, because of this error. */
  | { readonly type: "restarted"; readonly name: string; readonly error: Packed }
  /** The id of the system that listens there: a thread has no links of its own. */
  | { readonly type: "reach"; readonly contact: string }
  /** May that system have this name? "free" or "taken". */
  | { readonly type: "claim"; readonly name: string; readonly claimer: string; readonly isDeep: boolean }
  /** That system has made use of its claim, or has not: from now on only actors count. */
  | { readonly type: "unclaim"; readonly name: string; readonly claimer: string; readonly isDeep: boolean }
  /** The full addresses of the members of this group. */
  | { readonly type: "members"; readonly group: string; readonly isDeep: boolean }
  /** Forget this member of this group, if you know of it. */
  | { readonly type: "leave"; readonly group: string; readonly address: string; readonly isDeep: boolean }
  /** All actors of users: for each its address, messages that wait, and restarts. */
  | { readonly type: "list" };

/** The answer: what it is depends on the question. */
export type SystemReply = p.Fields;

/** Question and wishes as tuples. */
function packRequest(m: SystemRequest): p.Fields {
  switch (m.type) {
    case "find":
      return ["find", m.name, m.isDeep];
    case "spawn":
      return ["spawn", m.classCode, m.options, m.parent];
    case "restarted":
      return ["restarted", m.name, m.error];
    case "reach":
      return ["reach", m.contact];
    case "claim":
    case "unclaim":
      return [m.type, m.name, m.claimer, m.isDeep];
    case "members":
      return ["members", m.group, m.isDeep];
    case "leave":
      return ["leave", m.group, m.address, m.isDeep];
    default:
      return [m.type];
  }
}

function parseRequest(data: unknown): SystemRequest {
  const t = p.fields(data);
  switch (t[0]) {
    case "find":
      return { type: "find", name: p.text(t, 1), isDeep: p.flag(t, 2) };
    case "spawn":
      return {
        type: "spawn",
        classCode: p.packed(t, 1),
        options: p.packed(t, 2),
        parent: p.text(t, 3),
      };
    case "restarted":
      return { type: "restarted", name: p.text(t, 1), error: p.packed(t, 2) };
    case "reach":
      return { type: "reach", contact: p.text(t, 1) };
    case "claim":
    case "unclaim":
      return { type: t[0], name: p.text(t, 1), claimer: p.text(t, 2), isDeep: p.flag(t, 3) };
    case "members":
      return { type: "members", group: p.text(t, 1), isDeep: p.flag(t, 2) };
    case "leave":
      return { type: "leave", group: p.text(t, 1), address: p.text(t, 2), isDeep: p.flag(t, 3) };
    case "list":
      return { type: "list" };
    default:
      throw p.malformed("unknown question to a system", t[0]);
  }
}

/** How the actors that answer them are talked to. */
export const systemConversation: Conversation<SystemRequest, SystemReply> = {
  name: "system",
  pack: packRequest,
  parse: parseRequest,
  packReply: (reply) => reply,
  parseReply: p.fields,
};

/** Who can answer: a method per question. */
export type SystemAnswers = {
  readonly [K in SystemRequest["type"]]: (
    request: Extract<SystemRequest, { type: K }>,
  ) => SystemReply | Promise<SystemReply>;
};

/** The actor that answers for its system. */
export function systemBehaviour(answers: SystemAnswers): Behaviour<SystemRequest, SystemReply> {
  return {
    receive(request) {
      const answer: (request: never) => SystemReply | Promise<SystemReply> = answers[request.type];
      return answer(request as never);
    },
  };
}
