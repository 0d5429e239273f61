import { assertEquals } from "@std/assert";
import type { DownNotice } from "../../actors/actor/conversation.ts";
import { Watches } from "../../actors/actor/watches.ts";

const A = { system: "s", actor: "a", contact: "" };
const B = { system: "t", actor: "a", contact: "" };

Deno.test("Watches.actorDown() fires all watches of that actor, once", () => {
  const watches = new Watches();
  const notices: [string, DownNotice][] = [];
  watches.add(A, (notice) => notices.push(["first", notice]));
  const second = watches.add(A, (notice) => notices.push(["second", notice]));
  watches.add(B, (notice) => notices.push(["other", notice]));
  watches.remove(second);
  const notice: DownNotice = { address: A, reason: "stopped", error: undefined };
  watches.actorDown(notice);
  watches.actorDown(notice);
  assertEquals(notices, [["first", notice]]);
});

Deno.test("Watches.systemGone() fires watches of its actors, and forgets its watches of ours", () => {
  const watches = new Watches();
  const reasons: string[] = [];
  watches.add(A, (notice) => reasons.push(`A ${notice.reason}`));
  watches.add(B, (notice) => reasons.push(`B ${notice.reason}`));
  watches.addWatcher("mine", "t", 1);
  watches.addWatcher("mine", "u", 2);
  watches.systemGone("t", new Error("cut"));
  assertEquals(reasons, ["B link/down"]);
  assertEquals(watches.takeWatchers("mine"), [{ system: "u", watchId: 2 }]);
  assertEquals(watches.takeWatchers("mine"), []);
});

Deno.test("Watches.removeWatcher() takes back one watch of one system", () => {
  const watches = new Watches();
  watches.addWatcher("mine", "t", 1);
  watches.addWatcher("mine", "t", 2);
  watches.removeWatcher("mine", "t", 1);
  assertEquals(watches.takeWatchers("mine"), [{ system: "t", watchId: 2 }]);
});
