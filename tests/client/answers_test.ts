import { assertEquals } from "@std/assert";
import { readNumbers, readSchedulerInfo, readStory, readTextLists } from "../../actors/client/answers.ts";
import { failsWith } from "../support/codes.ts";

const WORKER = { address: "w", name: "n", threads: 1, memoryLimit: null, resources: {} };

Deno.test("readSchedulerInfo() takes a limit that is absent for none", () => {
  const info = readSchedulerInfo({ address: "s", workers: { w: WORKER } });
  assertEquals(info.workers.w?.memoryLimit, undefined);
  assertEquals(
    readSchedulerInfo({ address: "s", workers: { w: { ...WORKER, memoryLimit: 5 } } }).workers.w?.memoryLimit,
    5,
  );
});

const MALFORMED: readonly [name: string, read: () => unknown, got: string][] = [
  ["no object", () => readSchedulerInfo(5), "expected an object, got 5"],
  ["no address", () => readSchedulerInfo({ workers: {} }), 'expected a text as "address", got undefined'],
  ["no workers", () => readSchedulerInfo({ address: "s" }), "expected an object, got undefined"],
  ["no story", () => readStory({}), "expected a list, got {}"],
  ["a story without time", () => readStory([{ from: "" }]), 'expected a number as "timeMs", got undefined'],
  ["no lists", () => readTextLists({ a: 1 }), "expected a list, got 1"],
  ["no texts", () => readTextLists({ a: [1] }), "expected a text, got 1"],
  ["no numbers", () => readNumbers({ a: null }), "expected a number, got null"],
];

for (const [name, read, got] of MALFORMED) {
  Deno.test(`an answer with ${name} is refused`, async () => {
    const error = await failsWith("wire/malformed", read);
    assertEquals(error.message, `Cannot read answer: ${got}`);
  });
}
