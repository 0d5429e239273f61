import { assertEquals } from "@std/assert";
import { Mailbox } from "../../actors/actor/mailbox.ts";

Deno.test("Mailbox gives items in the order they came, over many refills", () => {
  const mailbox = new Mailbox<number>();
  let pushed = 0;
  let taken = 0;
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 100; i++) mailbox.push(pushed++);
    for (let i = 0; i < 60; i++) assertEquals(mailbox.shift(), taken++);
  }
  assertEquals(mailbox.size, 2_000);
  assertEquals(mailbox.drain(), Array.from({ length: 2_000 }, (_, i) => 3_000 + i));
  assertEquals([mailbox.size, mailbox.shift()], [0, undefined]);
});
