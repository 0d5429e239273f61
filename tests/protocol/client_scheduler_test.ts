import { assertEquals } from "@std/assert";
import {
  packClientToScheduler,
  packSchedulerToClient,
  parseClientToScheduler,
  parseSchedulerToClient,
} from "../../actors/protocol/client_scheduler.ts";
import { failsWith } from "../support/codes.ts";
import { assertArrives, assertNothingElse } from "./journey.ts";
import { CLIENT_TO_SCHEDULER, flat, SCHEDULER_TO_CLIENT } from "./samples.ts";

const UP = { pack: packClientToScheduler, parse: parseClientToScheduler };
const DOWN = { pack: packSchedulerToClient, parse: parseSchedulerToClient };

Deno.test("parseClientToScheduler() gives back every message that was packed", () => {
  assertArrives(UP, flat(CLIENT_TO_SCHEDULER));
});

Deno.test("parseClientToScheduler() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(UP, flat(CLIENT_TO_SCHEDULER), 1);
});

Deno.test("parseClientToScheduler() refuses a map whose lists differ in length", async () => {
  for (const lists of [[["a"], [[]], []], [["a"], [], [[]]], [[], [[]], [[]]]]) {
    const error = await failsWith("wire/malformed", () => parseClientToScheduler([4, "f", ...lists, undefined, 1]));
    assertEquals(error.message, "Cannot read message: lists differ in length, got 4");
  }
});

Deno.test("parseSchedulerToClient() gives back every message that was packed", () => {
  assertArrives(DOWN, flat(SCHEDULER_TO_CLIENT));
});

Deno.test("parseSchedulerToClient() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(DOWN, flat(SCHEDULER_TO_CLIENT), 2);
});
