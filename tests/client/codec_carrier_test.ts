import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { carrierName, carrierOf, openCarrier } from "../../actors/client/codec_carrier.ts";
import type { InstanceCodec } from "../../actors/client/codec_registry.ts";
import { Capturer } from "../../actors/code/capture.ts";
import { Reviver } from "../../actors/code/revive.ts";

class Secret {
  #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  static encode(secret: Secret): string {
    return secret.#text;
  }
}

Deno.test("openCarrier() gives a codec that was carried, in which everything knows the same class", async () => {
  const codec: InstanceCodec = {
    name: "secret",
    type: Secret,
    encode: Secret.encode,
    decode: (text: string) => new Secret(text),
  };
  const { hash, code, name, environment } = new Capturer({}).captureValue(carrierOf(codec), "submit task");
  assertEquals(name, carrierName("secret"));
  const reviver = new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
  const revived = await reviver.revive(code, hash, name);
  const there = openCarrier(revived.make(environment, { read: () => undefined }));
  const secret: unknown = there.decode("hush" as never);
  assertStrictEquals((secret as object).constructor, there.type);
  assertEquals([there.name, there.encode(secret as never), there.type === Secret], ["secret", "hush", false]);
});

Deno.test("openCarrier() refuses what gives no codec", () => {
  assertThrows(() => openCarrier(() => ({ name: "x" })), Error, "Cannot read codec");
});
