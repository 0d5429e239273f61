import { assertEquals } from "@std/assert";
import { LineReader } from "../../actors/actor/line_reader.ts";

async function read(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  await new LineReader(ReadableStream.from(chunks), (line) => lines.push(line)).done;
  return lines;
}

Deno.test("LineReader joins chunks into lines, characters cut in two included", async () => {
  const bytes = new TextEncoder().encode("größe\nzwei\n\nrest");
  const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
  assertEquals(await read(chunks), ["größe", "zwei", "", "rest"]);
});

Deno.test("LineReader cuts a line without end", async () => {
  const lines = await read(Array.from({ length: 5 }, () => new TextEncoder().encode("x".repeat(30_000))));
  assertEquals(lines.join("").length, 150_000);
  assertEquals(lines.length > 1, true);
});
