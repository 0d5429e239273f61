import { assertEquals } from "@std/assert";
import { formatActorAddress, nobodyOf, parseActorAddress, publicAddress } from "../../actors/actor/actor_address.ts";
import { failsWith } from "../support/codes.ts";

Deno.test("parseActorAddress() reads back what formatActorAddress() writes", () => {
  for (const contact of ["tcp://127.0.0.1:40123", "tls://[::1]:1", "unix:/tmp/a b/socket", ""]) {
    const address = { system: "k3f9", actor: "counter.1", contact };
    assertEquals(parseActorAddress(formatActorAddress(address)), address);
  }
});

Deno.test("parseActorAddress() leaves the system open when there is no incarnation", () => {
  assertEquals(parseActorAddress("tcp://h:1/counter"), { system: "", actor: "counter", contact: "tcp://h:1" });
});

Deno.test("parseActorAddress() refuses what is no address", async () => {
  for (const text of ["counter", "tcp://h:1", "tcp://h:1/", "http://h/x", "tcp://h:1/a/b", ""]) {
    await failsWith("input/invalid", () => parseActorAddress(text));
  }
});

Deno.test("publicAddress() hides the incarnation of a system that listens, and only of that", () => {
  assertEquals(publicAddress({ system: "k", actor: "a", contact: "tcp://h:1" }), "tcp://h:1/a");
  assertEquals(publicAddress("tcp://h:1/a#k"), "tcp://h:1/a");
  assertEquals(publicAddress({ system: "k", actor: "a", contact: "" }), "local:///a#k");
});

Deno.test("nobodyOf() names a system, and none of its actors", () => {
  assertEquals(formatActorAddress(nobodyOf("k3f9")), "local:///-#k3f9");
});
