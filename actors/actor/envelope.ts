/**
 * What systems say to each other over a link: messages in envelopes. A frame holds all envelopes of one microtask.
 * `to` is the bare name of an actor of the receiving system, or a full address to be passed on; `from` is "" for the
 * system at the other end of the link, else the id of the system that an envelope is passed on for.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import * as p from "../protocol/parse.ts";
import type { DownReason } from "./conversation.ts";

/** One envelope. */
export type Envelope =
  /** A message. */
  | { readonly type: "tell"; readonly to: string; readonly from: string; readonly data: unknown }
  /** A message that wants an answer. */
  | { readonly type: "ask"; readonly to: string; readonly from: string; readonly askId: number; readonly data: unknown }
  /** The answer: for `to`, a full address whose actor is "-" or "" for the receiver. */
  | {
    readonly type: "reply";
    readonly to: string;
    readonly from: string;
    readonly askId: number;
    readonly ok: boolean;
    readonly data: unknown;
  }
  /** Tell me when this actor ends. */
  | { readonly type: "watch"; readonly to: string; readonly from: string; readonly watchId: number }
  /** I no longer need to know. */
  | { readonly type: "unwatch"; readonly to: string; readonly from: string; readonly watchId: number }
  /** A watched actor has ended. */
  | {
    readonly type: "down";
    readonly to: string;
    readonly from: string;
    readonly watchId: number;
    readonly reason: DownReason;
    readonly error: unknown;
  }
  /** End this actor. */
  | { readonly type: "end"; readonly to: string; readonly from: string; readonly how: "stopped" | "killed" }
  /** Answer when the mailbox of this actor has room. */
  | { readonly type: "room"; readonly to: string; readonly from: string; readonly askId: number }
  /** This system can be reached through the sender. */
  | { readonly type: "system-here"; readonly to: string; readonly from: string; readonly system: string }
  /** This system, which was reached through the sender, is gone. */
  | { readonly type: "system-gone"; readonly to: string; readonly from: string; readonly system: string };

const REASONS = ["stopped", "failed", "killed", "link/down"] as const;

/** An envelope as a tuple. */
export function packEnvelope(e: Envelope): p.Fields {
  switch (e.type) {
    case "tell":
      return [1, e.to, e.from, e.data];
    case "ask":
      return [2, e.to, e.from, e.askId, e.data];
    case "reply":
      return [3, e.to, e.from, e.askId, e.ok, e.data];
    case "watch":
      return [4, e.to, e.from, e.watchId];
    case "unwatch":
      return [5, e.to, e.from, e.watchId];
    case "down":
      return [6, e.to, e.from, e.watchId, e.reason, e.error];
    case "end":
      return [7, e.to, e.from, e.how];
    case "system-gone":
      return [8, e.to, e.from, e.system];
    case "room":
      return [9, e.to, e.from, e.askId];
    case "system-here":
      return [10, e.to, e.from, e.system];
    default:
      return unreachable(e);
  }
}

/** A tuple as an envelope; throws `wire/malformed`. */
export function parseEnvelope(value: unknown): Envelope {
  const t = p.fields(value);
  const to = p.text(t, 1);
  const from = p.text(t, 2);
  switch (t[0]) {
    case 1:
      return { type: "tell", to, from, data: t[3] };
    case 2:
      return { type: "ask", to, from, askId: p.count(t, 3), data: t[4] };
    case 3:
      return { type: "reply", to, from, askId: p.count(t, 3), ok: p.flag(t, 4), data: t[5] };
    case 4:
      return { type: "watch", to, from, watchId: p.count(t, 3) };
    case 5:
      return { type: "unwatch", to, from, watchId: p.count(t, 3) };
    case 6:
      return { type: "down", to, from, watchId: p.count(t, 3), reason: p.choice(t, 4, REASONS), error: t[5] };
    case 7:
      return { type: "end", to, from, how: p.choice(t, 3, ["stopped", "killed"]) };
    case 8:
      return { type: "system-gone", to, from, system: p.text(t, 3) };
    case 9:
      return { type: "room", to, from, askId: p.count(t, 3) };
    case 10:
      return { type: "system-here", to, from, system: p.text(t, 3) };
    default:
      throw p.malformed("unknown envelope", t[0]);
  }
}
