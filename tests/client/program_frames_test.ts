import { assertEquals } from "@std/assert";
import { programFrames, programStack } from "../../actors/client/program_frames.ts";

const OWN = new URL("../../actors/executor/executor_actor.ts", import.meta.url).href;
const STACK = [
  "Error: at odds",
  "    at bottom (file:///a.ts:1:1)",
  `    at ExecutorActor.#call (${OWN}:120:9)`,
  "    at AsyncLocalStorage.run (node:async_hooks:60:1)",
  "    at Immediate.callback (ext:deno_node/timers.ts:1:1)",
  "    at async https://example.com/main.ts:3:3",
].join("\n");

Deno.test("programStack() leaves out frames of Troupe and of the platform", () => {
  assertEquals(programStack(STACK).split("\n").map((line) => line.trim()), [
    "Error: at odds",
    "at bottom (file:///a.ts:1:1)",
    "at async https://example.com/main.ts:3:3",
  ]);
});

Deno.test("programFrames() leaves out the message as well", () => {
  assertEquals(programFrames(STACK).split("\n").length, 2);
  assertEquals(programFrames("Error: x"), "");
});
