import { assertEquals, assertStringIncludes } from "@std/assert";
import { troupeError } from "../../actors/base/errors.ts";
import { Reschedule } from "../../actors/client/reschedule.ts";
import { returned, threw } from "../../actors/executor/run_outcome.ts";
import { TaskRun } from "../../actors/executor/task_run.ts";
import { execute } from "./execute_message.ts";

function run(changes: Partial<Pick<TaskRun, "durationMs" | "endReason">> = {}): TaskRun {
  return Object.assign(new TaskRun(execute(7)), { durationMs: 12 }, changes);
}

const cancelled = { type: "cancelled", error: troupeError("task/cancelled", "Cannot go on") } as const;
const timeout = { type: "timeout", error: troupeError("task/timeout", "Cannot finish within 5 ms") } as const;

Deno.test("returned() tells the packed value and its size", () => {
  assertEquals(returned(run(), "in", "string", () => new Uint8Array(5)), {
    type: "finished",
    runId: 7,
    value: new Uint8Array(5),
    bytes: 5,
    valueType: "string",
    durationMs: 12,
  });
});

Deno.test("returned() fails for good when the value cannot be packed", () => {
  const message = returned(run(), 1, "number", () => {
    throw new TypeError("no way");
  });
  assertEquals(message.type === "failed" && [message.retriable, message.error.text, message.durationMs], [
    false,
    "TypeError: no way",
    12,
  ]);
});

Deno.test("threw() tells an error as retriable, and Reschedule by its name", () => {
  const message = threw(run(), new RangeError("far"));
  assertEquals(message.type === "failed" && [message.retriable, message.error.text], [true, "RangeError: far"]);
  assertEquals(threw(run(), new Reschedule()), { type: "rescheduled", runId: 7 });
  const copied = Object.assign(new Error("of another realm"), { name: "Reschedule" });
  assertEquals(threw(run(), copied), { type: "rescheduled", runId: 7 });
});

Deno.test("returned() and threw() tell the end of a cancelled run as stopped, whatever came out of it", () => {
  const stopped = { type: "stopped", runId: 7 } as const;
  assertEquals(returned(run({ endReason: cancelled }), 1, "number", () => 1), stopped);
  assertEquals(threw(run({ endReason: cancelled }), new Error("late")), stopped);
  assertEquals(threw(run({ endReason: cancelled }), new Reschedule()), stopped);
});

Deno.test("returned() and threw() fail a run that was out of time, whatever came out of it", () => {
  for (
    const message of [
      returned(run({ endReason: timeout }), 1, "number", () => 1),
      threw(run({ endReason: timeout }), 0),
    ]
  ) {
    assertEquals(message.type === "failed" && message.retriable, true);
    assertStringIncludes(message.type === "failed" ? message.error.text : "", "Cannot finish within 5 ms");
  }
});
