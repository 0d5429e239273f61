import { assert, assertEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { cancelOptionsOf } from "../../actors/client/cancel_options.ts";

Deno.test("cancelOptionsOf() fills in defaults, and refuses what is of another type", () => {
  assertEquals(cancelOptionsOf(), { force: false, reason: "" });
  assertEquals(cancelOptionsOf({ reason: "late" }), { force: false, reason: "late" });
  for (const options of [{ force: 1 }, { reason: 5 }]) {
    const error = assertThrows(() => cancelOptionsOf(options as never));
    assert(TroupeError.is(error, "input/invalid"));
    assert(error.message.startsWith("Cannot cancel: option "));
  }
});
