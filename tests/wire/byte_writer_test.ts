import { assertEquals, assertNotStrictEquals } from "@std/assert";
import { ByteWriter } from "../../actors/wire/byte_writer.ts";

Deno.test("ByteWriter.take() gives a copy that later writes do not change", () => {
  const writer = new ByteWriter(1);
  writer.text("abc");
  const first = writer.take();
  writer.reset();
  writer.text("xyz");
  assertEquals([...first], [0xa3, 97, 98, 99]);
  assertNotStrictEquals(first.buffer, writer.bytes.buffer);
});

Deno.test("ByteWriter.reset() lets go of a buffer that has become huge", () => {
  const writer = new ByteWriter();
  writer.bin(new Uint8Array(2_000_000));
  writer.reset();
  assertEquals(writer.bytes.length, 4096);
  writer.number(1);
  assertEquals([...writer.take()], [1]);
});

Deno.test("ByteWriter.text() writes the smallest head when a text has more bytes than characters", () => {
  for (
    const [text, head] of [["ä".repeat(16), [0xd9, 32]], ["€".repeat(86), [0xda, 1, 2]], ["ä".repeat(15), [
      0xbe,
    ]]] as const
  ) {
    const writer = new ByteWriter(8);
    writer.text(text);
    const bytes = writer.take();
    assertEquals([...bytes.subarray(0, head.length)], [...head]);
    assertEquals(new TextDecoder().decode(bytes.subarray(head.length)), text);
  }
});

Deno.test("ByteWriter.number() writes every NaN alike", () => {
  const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_1234n]).buffer);
  const [plain, payload] = [new ByteWriter(), new ByteWriter()];
  plain.number(NaN);
  payload.number(odd[0]!);
  assertEquals(payload.take(), plain.take());
});

Deno.test("ByteWriter.extHead() takes the form that fits the size", () => {
  const leads = [[1, 0xd4], [2, 0xd5], [3, 0xc7], [4, 0xd6], [8, 0xd7], [16, 0xd8], [256, 0xc8], [
    65536,
    0xc9,
  ]] as const;
  for (const [sizeBytes, lead] of leads) {
    const writer = new ByteWriter();
    writer.extHead(9, sizeBytes);
    const bytes = writer.take();
    assertEquals([bytes[0], bytes.at(-1)], [lead, 9]);
  }
});
