import { assertEquals } from "@std/assert";
import { type Envelope, packEnvelope, parseEnvelope } from "../../actors/actor/envelope.ts";
import { failsWith } from "../support/codes.ts";

const ENVELOPES: readonly Envelope[] = [
  { type: "tell", to: "a", from: "", data: [1, "x"] },
  { type: "ask", to: "a", from: "s", askId: 3, data: null },
  { type: "reply", to: "-", from: "", askId: 3, ok: false, data: "e" },
  { type: "watch", to: "a", from: "", watchId: 1 },
  { type: "unwatch", to: "a", from: "", watchId: 1 },
  { type: "down", to: "-", from: "", watchId: 1, reason: "failed", error: undefined },
  { type: "end", to: "a", from: "", how: "killed" },
  { type: "system-gone", to: "-", from: "", system: "s" },
  { type: "room", to: "a", from: "", askId: 9 },
  { type: "system-here", to: "-", from: "", system: "b" },
];

Deno.test("parseEnvelope() reads back what packEnvelope() writes", () => {
  for (const envelope of ENVELOPES) assertEquals(parseEnvelope(packEnvelope(envelope)), envelope);
});

Deno.test("parseEnvelope() refuses what is no envelope", async () => {
  const bad = [null, "x", [], [99, "a", ""], [1, 2, ""], [2, "a", "", -1, 0], [2, "a", ""], [
    6,
    "a",
    "",
    1,
    "bored",
    0,
  ]];
  for (const data of bad) await failsWith("wire/malformed", () => parseEnvelope(data));
  for (const envelope of ENVELOPES) {
    const tuple = packEnvelope(envelope);
    await failsWith("wire/malformed", () => parseEnvelope([tuple[0], ...tuple.slice(1).map(() => ({}))]));
  }
});
