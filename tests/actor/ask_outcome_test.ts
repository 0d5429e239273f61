import { assertEquals } from "@std/assert";
import { packOutcome, terminatedError } from "../../actors/actor/ask_outcome.ts";
import { parseError } from "../../actors/actor/error_data.ts";
import { hasCode } from "../support/codes.ts";
import { textConversation } from "../support/cores.ts";

Deno.test("packOutcome() makes a reply that cannot travel an error", () => {
  assertEquals(packOutcome({ ok: true, value: "x" }, textConversation as never), { ok: true, data: "x" });
  const { ok, data } = packOutcome({ ok: true, value: "unpackable" }, textConversation as never);
  assertEquals([ok, parseError(data).message], [false, "Cannot write reply"]);
});

Deno.test("terminatedError() names the actor as people do", () => {
  const error = terminatedError({ system: "k", actor: "a", contact: "tcp://h:1" });
  assertEquals(hasCode("actor/terminated", error).details, { address: "tcp://h:1/a", isHandled: false });
});
