import { assertEquals } from "@std/assert";
import { StateStore } from "../../actors/actor/state_store.ts";
import { failsWith } from "../support/codes.ts";

Deno.test("StateStore.write() writes for whoever took the key up last, and keeps it in the file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const first = await StateStore.open(`${folder}/store.db`);
    const second = await StateStore.open(`${folder}/store.db`);
    const one = first.take("k");
    assertEquals([one.state, first.write("k", one.epoch, Uint8Array.of(1))], [undefined, true]);
    const two = second.take("k");
    assertEquals(two.state, Uint8Array.of(1));
    assertEquals([first.write("k", one.epoch, Uint8Array.of(9)), second.write("k", two.epoch, Uint8Array.of(2))], [
      false,
      true,
    ]);
    assertEquals([first.take("k").state, first.take("other").state], [Uint8Array.of(2), undefined]);
    for (const store of [first, second]) store.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("StateStore.open() says what cannot be opened", async () => {
  await failsWith("input/invalid", () => StateStore.open("/nowhere/at/all.db"));
});
