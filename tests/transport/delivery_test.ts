import { assert, assertEquals, assertThrows } from "@std/assert";
import { troupeError } from "../../actors/base/errors.ts";
import { Delivery } from "../../actors/transport/delivery.ts";
import { hasCode } from "../support/codes.ts";
import { Recorder } from "../support/recorder.ts";

Deno.test("Delivery tells an end that came before open(), in a microtask", async () => {
  const delivery = new Delivery();
  const reason = troupeError("link/down", "Link is down");
  assertEquals([delivery.end(reason), delivery.end(undefined)], [true, false]);
  const recorder = new Recorder();
  delivery.open(recorder);
  assertEquals(recorder.closedCount, 0);
  assert(await recorder.end === reason);
  assertEquals([delivery.ended, delivery.opened, recorder.closedCount], [true, true, 1]);
});

Deno.test("Delivery drops messages after the end and refuses a second open()", () => {
  const delivery = new Delivery();
  const recorder = new Recorder();
  delivery.open(recorder);
  assertEquals(delivery.message(1, "peer"), undefined);
  delivery.end(undefined);
  assertEquals(delivery.message(2, "peer"), undefined);
  assertEquals(recorder.messages, [1]);
  assertThrows(() => delivery.open(recorder), Error, "a connection is opened once");
});

Deno.test("Delivery.message() gives back what the handler threw, as a reason to abort", () => {
  const delivery = new Delivery();
  const fault = new Error("no");
  delivery.open({
    message() {
      throw fault;
    },
    closed: () => {},
  });
  const reason = hasCode("link/down", delivery.message(1, "tcp://h:1"));
  assertEquals([reason.message, reason.cause], ["Cannot deliver message from tcp://h:1: no", fault]);
});
