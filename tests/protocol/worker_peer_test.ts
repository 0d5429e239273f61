import {
  packStoreReply,
  packStoreRequest,
  parseStoreReply,
  parseStoreRequest,
} from "../../actors/protocol/worker_peer.ts";
import { assertArrives, assertNothingElse } from "./journey.ts";
import { flat, STORE_REPLIES, STORE_REQUESTS } from "./samples.ts";

const REQUEST = { pack: packStoreRequest, parse: parseStoreRequest };
const REPLY = { pack: packStoreReply, parse: parseStoreReply };

Deno.test("parseStoreRequest() gives back every request that was packed", () => {
  assertArrives(REQUEST, flat(STORE_REQUESTS));
});

Deno.test("parseStoreRequest() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(REQUEST, flat(STORE_REQUESTS), 7);
});

Deno.test("parseStoreReply() gives back every reply that was packed", () => {
  assertArrives(REPLY, flat(STORE_REPLIES));
});

Deno.test("parseStoreReply() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(REPLY, flat(STORE_REPLIES), 8);
});
