import { assertEquals, assertMatch } from "@std/assert";
import { openHost, openSystem } from "../../actors/actor/hosted_place.ts";
import { systemClock } from "../../actors/base/clock.ts";
import { troupeError } from "../../actors/base/errors.ts";
import { failsWith } from "../support/codes.ts";
import { keepAwake, linkCores, openCore } from "../support/cores.ts";

Deno.test("openHost() gives a place that ends when it is left", async () => {
  using _awake = keepAwake();
  const core = openCore("here", { clock: systemClock });
  const place = await openHost(core, "thread", "a");
  assertEquals([place.title, core.linkedSystems], ["thread", [place.system]]);
  await place.leave();
  assertMatch((await place.ended).reason, /^exited with code/);
  await place.leave();
  await core.close();
});

Deno.test("openSystem() gives a place that outlives what is left, and ends when it cannot be reached", async () => {
  const [here, there] = [openCore("here"), openCore("there")];
  const cable = linkCores(here, there);
  const left = openSystem(here, "there", "tcp://127.0.0.1:1");
  assertEquals(left.title, "system tcp://127.0.0.1:1");
  await left.leave();
  assertEquals((await left.ended).reason, "was left");
  assertEquals(here.linkedSystems, ["there"]);
  const lost = openSystem(here, "there", "tcp://127.0.0.1:1");
  const spawn = { classCode: Uint8Array.of(), options: Uint8Array.of(), name: "a" };
  await failsWith("actor/terminated", () => lost.start(spawn));
  cable.cut(troupeError("link/down", "Cannot go on: cut"));
  assertEquals((await lost.ended).reason, "cannot be reached any more");
  await Promise.all([here.close(), there.close()]);
});
