import { assertEquals } from "@std/assert";
import { TellWindows } from "../../actors/actor/tell_windows.ts";

const A = { system: "s", actor: "a", contact: "" };

function tell(windows: TellWindows, count: number, ask: () => Promise<void>): (Promise<void> | undefined)[] {
  return Array.from({ length: count }, () => windows.room(A, 1, ask));
}

Deno.test("TellWindows.room() asks once per window, and opens when there is room", async () => {
  const windows = new TellWindows();
  const room = Promise.withResolvers<void>();
  let asked = 0;
  const ask = () => {
    asked++;
    return room.promise;
  };
  const waits = tell(windows, 200, ask).filter((wait) => wait !== undefined);
  assertEquals([asked, waits.length > 0 && waits.length < 200, new Set(waits).size], [1, true, 1]);
  room.resolve();
  await waits[0];
  assertEquals(windows.room(A, 1, ask), undefined);
  assertEquals(asked, 1);
});

Deno.test("TellWindows.room() counts bytes, too", () => {
  const windows = new TellWindows();
  const room = Promise.resolve();
  const waits = Array.from({ length: 3 }, () => windows.room(A, 400_000, () => room));
  assertEquals(waits.map((wait) => wait === undefined), [true, true, false]);
});

Deno.test("TellWindows.systemGone() forgets what was told to it", () => {
  const windows = new TellWindows();
  tell(windows, 120, () => Promise.resolve());
  windows.systemGone("s");
  assertEquals(tell(windows, 120, () => Promise.resolve()).every((wait) => wait === undefined), true);
});
