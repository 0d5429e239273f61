import { assertEquals, assertMatch } from "@std/assert";
import {
  encodeHello,
  encodeRefusal,
  parseHello,
  preface,
  prefaceFault,
  PROTOCOL_VERSION,
  sameSecret,
  versionFault,
  WIRE_VERSION,
} from "../../actors/transport/hello.ts";
import { failsWith } from "../support/codes.ts";

Deno.test("prefaceFault() is silent while all is well, and names version or bytes otherwise", () => {
  for (let length = 0; length <= 8; length++) assertEquals(prefaceFault(preface().subarray(0, length)), undefined);
  assertEquals(prefaceFault(preface(258)), `Cannot link: wire version ${WIRE_VERSION} here, 258 there`);
  const http = new TextEncoder().encode("GET / HT");
  const line = 'Cannot link: the peer does not speak Troupe\'s protocol, it began with "GET / HT"';
  assertEquals(prefaceFault(http), line);
  assertMatch(prefaceFault(Uint8Array.of(0x16, 0x03)) ?? "", /it began with "\.\."$/);
});

Deno.test("parseHello() reads back what encodeHello() and encodeRefusal() wrote", () => {
  const own = { role: "worker", system: "s1", address: "tcp://h:1", token: "secret" };
  const { token, ...rest } = own;
  for (const isChecked of [false, true]) {
    const hello = { protocol: PROTOCOL_VERSION, ...rest };
    assertEquals(parseHello(encodeHello({ ...own, isChecked })), { type: "hello", hello, token, isChecked });
  }
  assertEquals(parseHello(encodeRefusal("no\nno\u001b[31m", 3)), { type: "refused", line: "no no [31m", protocol: 3 });
});

Deno.test("parseHello() refuses all else with wire/malformed", async () => {
  const bad = [[], [0xc1], [0xc0], [0x90], [0x80], [0xa1, 0x61], [0x81, 0xa8], [0xc4, 1, 1]];
  for (const bytes of bad) {
    await failsWith("wire/malformed", () => parseHello(Uint8Array.from(bytes)));
  }
});

Deno.test("sameSecret() is true only for equal texts, whatever their lengths", () => {
  const texts = ["", "a", "b", "aa", "aaaa", "secret", "secre", "secretsecret", "s\u00e9cret", "\0"];
  for (const given of texts) {
    for (const expected of texts) assertEquals(sameSecret(given, expected), given === expected);
  }
});

Deno.test("versionFault() says both versions from each side when they differ", () => {
  assertEquals(versionFault(2, 2), undefined);
  assertEquals(versionFault(2, 1), "Cannot link: protocol version 2 here, 1 there");
});
