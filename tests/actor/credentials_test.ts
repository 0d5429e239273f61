import { assertEquals } from "@std/assert";
import { credentialsOf } from "../../actors/actor/credentials.ts";

Deno.test("credentialsOf() offers TLS only with certificate and key", () => {
  assertEquals(credentialsOf({}), { token: "", listenTls: undefined, connectTls: undefined });
  assertEquals(credentialsOf({ token: "t", tls: { cert: "c" } }).listenTls, undefined);
  assertEquals(credentialsOf({ tls: { cert: "c", key: "k", caCerts: ["a"] } }), {
    token: "",
    listenTls: { cert: "c", key: "k" },
    connectTls: { caCerts: ["a"] },
  });
});
