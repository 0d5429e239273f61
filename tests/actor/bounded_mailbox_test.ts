import { assertEquals } from "@std/assert";
import { BoundedMailbox } from "../../actors/actor/bounded_mailbox.ts";
import type { MailboxPolicy } from "../../actors/actor/mailbox.ts";
import { textConversation } from "../support/cores.ts";

/** A mailbox of texts; those that begin with "own" are the actor's own. */
function mailboxOf(policy: Partial<MailboxPolicy>): { mailbox: BoundedMailbox<string, string>; refused: string[] } {
  const refused: string[] = [];
  const mailbox = new BoundedMailbox<string, string>({
    policy: { capacity: Infinity, capacityBytes: Infinity, overflow: "wait", ...policy },
    conversation: { ...textConversation, isOwn: (message) => message.startsWith("own") },
    refuse: ({ message }) => void refused.push(message),
  });
  return { mailbox, refused };
}

function push(mailbox: BoundedMailbox<string, string>, ...messages: string[]): void {
  for (const message of messages) mailbox.push({ message, reply: undefined });
}

function drained(mailbox: BoundedMailbox<string, string>): string[] {
  return mailbox.drain().map(({ message }) => message);
}

Deno.test("BoundedMailbox.push() refuses the newest or the oldest, but never the actor's own", () => {
  for (const overflow of ["reject", "drop-oldest"] as const) {
    const { mailbox, refused } = mailboxOf({ capacity: 2, overflow });
    push(mailbox, "own 1", "a", "own 2", "b", "own 3");
    assertEquals(refused, overflow === "reject" ? ["b"] : ["a"]);
    assertEquals(drained(mailbox).length, 4);
  }
});

Deno.test("BoundedMailbox.push() counts bytes, and takes one that is too big for itself when there is room", () => {
  const { mailbox, refused } = mailboxOf({ capacityBytes: 5, overflow: "drop-oldest" });
  push(mailbox, "aaa", "bbb", "cccccccc", "d");
  assertEquals([refused, drained(mailbox)], [["aaa", "bbb", "cccccccc"], ["d"]]);
});

Deno.test("BoundedMailbox.room() lets in all who wait, when there is room and at the end", async () => {
  const { mailbox } = mailboxOf({ capacity: 2 });
  assertEquals(mailbox.room(), undefined);
  push(mailbox, "a", "b", "c");
  const rooms = [mailbox.room(), mailbox.room(), mailbox.room()];
  mailbox.take();
  mailbox.take();
  await Promise.all(rooms);
  push(mailbox, "d");
  const last = mailbox.room();
  drained(mailbox);
  await last;
});
