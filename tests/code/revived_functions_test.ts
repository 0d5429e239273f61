import { assertEquals, assertStrictEquals } from "@std/assert";
import { rememberRevived, revivedFrom } from "../../actors/code/revived_functions.ts";

Deno.test("revivedFrom() gives what was remembered of this very function", () => {
  const fn = (): number => 1;
  const captured = { hash: "h", name: "fn", code: Uint8Array.of(1), requires: [], environment: undefined };
  const revived = { captured, view: { kind: "leaf", part: { kind: "library", name: "fn" } } } as const;
  rememberRevived(fn, revived);
  assertStrictEquals(revivedFrom(fn), revived);
  assertEquals(revivedFrom(() => 1), undefined);
});
