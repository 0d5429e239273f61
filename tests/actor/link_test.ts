import { assert, assertEquals } from "@std/assert";
import type { Envelope } from "../../actors/actor/envelope.ts";
import { Link } from "../../actors/actor/link.ts";
import { type TroupeError, troupeError } from "../../actors/base/errors.ts";
import type { Connection } from "../../actors/transport/connection.ts";
import { inProcessPair } from "../../actors/transport/in_process.ts";
import { settled } from "../support/cores.ts";
import { Recorder } from "../support/recorder.ts";

function open(): { link: Link; other: Connection; seen: Envelope[]; ends: TroupeError[] } {
  const [near, other] = inProcessPair();
  const link = new Link("b", "", near);
  const seen: Envelope[] = [];
  const ends: TroupeError[] = [];
  link.open({ envelope: (envelope) => seen.push(envelope), down: (_link, reason) => ends.push(reason) });
  return { link, other, seen, ends };
}

function tell(data: unknown): Envelope {
  return { type: "tell", to: "a", from: "", data };
}

Deno.test("Link sends all envelopes of one microtask as one frame, in order", async () => {
  const { link, other } = open();
  const recorder = new Recorder();
  other.open(recorder);
  for (let i = 0; i < 100; i++) link.send(tell(i));
  await settled();
  link.send(tell("later"));
  await settled();
  assertEquals(recorder.messages.map((frame) => Array.isArray(frame) && frame.length), [100, 1]);
});

Deno.test("Link breaks, with the cause, when the peer sends what is no envelope", async () => {
  for (const frame of ["x", [["y"]], [[1, "a"]], [[99, "a", ""]], null]) {
    const { link, other, ends, seen } = open();
    other.open(new Recorder());
    other.send(frame);
    await settled();
    assertEquals([link.isUp, seen.length, ends.map((end) => end.code)], [false, 0, ["wire/malformed"]]);
    assert(ends[0]?.cause instanceof Error);
  }
});

Deno.test("Link.close() says what was sent before, and drops what comes after", async () => {
  const { link, other, ends } = open();
  const recorder = new Recorder();
  other.open(recorder);
  link.send(tell(1));
  const closed = link.close();
  link.send(tell(2));
  await closed;
  await settled();
  assertEquals([recorder.messages, recorder.closedCount], [[[[1, "a", "", 1]]], 1]);
  assertEquals([ends.length, link.isUp], [1, false]);
});

Deno.test("Link.abort() tells its reason", async () => {
  const { link, other, ends } = open();
  other.open(new Recorder());
  const reason = troupeError("wire/frame-too-large", "Cannot read frame");
  link.abort(reason);
  await settled();
  assertEquals(ends, [reason]);
});
