import { assertEquals } from "@std/assert";
import { addTaskOptions, submitOptionsOf } from "../../actors/client/task_options.ts";
import { failsWith } from "../support/codes.ts";

const WRONG: readonly Record<string, unknown>[] = [
  { key: "" },
  { key: [1] },
  { pure: 1 },
  { priority: NaN },
  { priority: "high" },
  { retries: -1 },
  { retries: 1.5 },
  { timeoutMs: 0 },
  { timeoutMs: Infinity },
  { resources: { gpu: -1 } },
  { resources: [1] },
  { workers: [""] },
  { workers: 5 },
  { workers: "a", allowOtherWorkers: "yes" },
  { allowOtherWorkers: true },
  { noWorkerTimeoutMs: -1 },
  { signal: {} },
];

for (const options of WRONG) {
  Deno.test(`addTaskOptions() refuses ${Deno.inspect(options, { compact: true })}`, async () => {
    const name = Object.keys(options).at(-1) ?? "";
    const error = await failsWith("input/invalid", () => addTaskOptions({}, options));
    const value = Deno.inspect(options[name], { compact: true });
    assertEquals(error.message, `Cannot use task option "${name}": its value is ${value}`);
  });
}

Deno.test("addTaskOptions() refuses unknown names and what is no object", async () => {
  const error = await failsWith("input/invalid", () => Reflect.apply(addTaskOptions, undefined, [{}, { retires: 1 }]));
  assertEquals(error.message, 'Cannot use task option "retires": there is no such option');
  assertEquals(error.hint?.startsWith("Options are key, pure, priority, retries"), true);
  await failsWith("input/invalid", () => Reflect.apply(addTaskOptions, undefined, [{}, { toString: 1 }]));
  await failsWith("input/invalid", () => Reflect.apply(addTaskOptions, undefined, [{}, 5]));
});

Deno.test("addTaskOptions() adds without taking away", () => {
  const base = addTaskOptions({}, { workers: ["a"], retries: 1 });
  assertEquals(addTaskOptions(base, { allowOtherWorkers: true }), {
    workers: ["a"],
    retries: 1,
    allowOtherWorkers: true,
  });
  assertEquals(Reflect.apply(addTaskOptions, undefined, [base, { retries: undefined }]), base);
});

Deno.test("submitOptionsOf() is undefined when all are the default", () => {
  assertEquals(submitOptionsOf({ pure: false, key: "k" }), undefined);
  assertEquals(submitOptionsOf({ priority: 0 })?.priority, 0);
  assertEquals(submitOptionsOf({ resources: { gpu: 1 } })?.resources, { gpu: 1 });
});
