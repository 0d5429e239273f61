import { assert, assertEquals } from "@std/assert";
import { checkSpawnOptions } from "../../actors/actor/spawn_options.ts";
import { failsWith } from "../support/codes.ts";

Deno.test("checkSpawnOptions() takes every option there is", () => {
  const options = {
    name: "counter.1",
    on: "tcp://127.0.0.1:1",
    args: [1],
    reentrant: true,
    mailbox: { capacity: 1, capacityBytes: Infinity, overflow: "reject" },
    supervision: { onFailure: "stop", maxRestarts: 0, withinMs: 0, backoffMs: 5, children: "rest-for-one" },
  };
  assertEquals<unknown>(checkSpawnOptions(options), options);
});

Deno.test("checkSpawnOptions() refuses what is wrong, and names it", async () => {
  const bad: [unknown, string][] = [
    [[], "options"],
    [{ nmae: "x" }, "nmae"],
    [{ name: "a/b" }, "a/b"],
    [{ name: "system" }, "system"],
    [{ name: "" }, "name"],
    [{ on: "moon" }, "moon"],
    [{ args: 1 }, "args"],
    [{ reentrant: "yes" }, "reentrant"],
    [{ mailbox: { capacity: 0 } }, "capacity"],
    [{ mailbox: { overflow: "drop" } }, "overflow"],
    [{ supervision: { onFailure: "panic" } }, "onFailure"],
    [{ supervision: { maxRestarts: -1 } }, "maxRestarts"],
    [{ supervision: { children: "all" } }, "children"],
  ];
  for (const [options, word] of bad) {
    const { message } = await failsWith("input/invalid", () => checkSpawnOptions(options));
    assert(message.includes(word), message);
  }
});
