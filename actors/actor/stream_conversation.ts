/** What is said about a stream: the reader pulls batches, the source gives as many items as it was asked for at most. @module */
import { type Packed, packedBytes } from "../protocol/packed.ts";
import * as p from "../protocol/parse.ts";
import type { Conversation } from "./conversation.ts";

/** What a reader says. */
export type StreamRequest =
  /** Give me up to so many more items, as soon as there is one. `reader`: an actor that lives as long as I do. */
  | { readonly type: "pull"; readonly credit: number; readonly reader: string }
  /** I have left. */
  | { readonly type: "close" };

/** Some items in order, and how it goes on. */
export interface StreamBatch {
  /** The items. */
  readonly items: readonly Packed[];
  /** "open": pull for more. */
  readonly state: "open" | "over" | "failed";
  /** What the source failed with, after these items; else undefined. */
  readonly error: Packed;
}

const STATES = ["open", "over", "failed"] as const;

/** How sources are talked to. */
export const streamConversation: Conversation<StreamRequest, StreamBatch> = {
  name: "stream",
  pack: (m) => m.type === "pull" ? [m.credit, m.reader] : [],
  parse(data) {
    const t = p.fields(data);
    return t.length === 0 ? { type: "close" } : { type: "pull", credit: p.count(t, 0), reader: p.text(t, 1) };
  },
  packReply: ({ items, state, error }) => [items, state, error],
  parseReply(data) {
    const t = p.fields(data);
    return { items: p.list(t, 0, p.packed), state: p.choice(t, 1, STATES), error: p.packed(t, 2) };
  },
};

/** What the items of a batch occupy. */
export function batchBytes(items: readonly Packed[]): number {
  return items.reduce<number>((sum, item) => sum + packedBytes(item), 0);
}
