import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import {
  checkChoice,
  checkDurationMs,
  checkOptionNames,
  checkResources,
  checkWhole,
  freshName,
  machineMemoryBytes,
} from "../../actors/cluster/option_checks.ts";

Deno.test("checkOptionNames() names the options that there are", () => {
  checkOptionNames("start", { port: 1 }, new Set(["host", "port"]));
  const error = assertThrows(() => checkOptionNames("start", { prot: 1 }, new Set(["host", "port"])));
  assert(TroupeError.is(error, "input/invalid"));
  assertEquals([error.message, error.hint], ['Cannot start: there is no option "prot"', "Options are host, port"]);
  assertThrows(() => checkOptionNames("start", null, new Set()));
});

Deno.test("checks give the value back, or say which option is wrong and what is expected", () => {
  assertEquals(checkWhole("start", "threads", 3, 1), 3);
  assertEquals(checkDurationMs("start", "lifetimeMs", 0.5), 0.5);
  assertEquals(checkDurationMs("start", "lifetimeMs", undefined), undefined);
  assertEquals(checkChoice("start", "executors", "inline", ["threads", "inline"]), "inline");
  assertEquals(checkResources("start", { gpu: 2 }), { gpu: 2 });
  const bad: (() => unknown)[] = [
    () => checkWhole("start", "threads", 0, 1),
    () => checkWhole("start", "threads", "3", 1),
    () => checkDurationMs("start", "threads", 0),
    () => checkDurationMs("start", "threads", NaN),
    () => checkChoice("start", "threads", "x", ["a", "b"]),
  ];
  for (const check of bad) {
    const error = assertThrows(check);
    assert(TroupeError.is(error, "input/invalid"));
    assertStringIncludes(error.message, "Cannot start: threads is ");
  }
  assertThrows(() => checkResources("start", { gpu: Infinity }), Error, "resources.gpu");
});

Deno.test("freshName() and machineMemoryBytes() give something to go on", () => {
  assert(/^worker-[0-9a-z]{6}$/.test(freshName("worker")));
  assert(machineMemoryBytes() > 2 ** 20);
});
