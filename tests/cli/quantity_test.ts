import { assertEquals } from "@std/assert";
import { parseDuration, parseResources, parseSize } from "../../cli/quantity.ts";

Deno.test("parseSize() reads bytes, units and fractions", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["1024", 1024],
    ["1e9", 1e9],
    ["512 MiB", 512 * 1024 ** 2],
    ["512MiB", 512 * 1024 ** 2],
    ["2GiB", 2 * 1024 ** 3],
    ["2 gib", 2 * 1024 ** 3],
    ["2G", 2e9],
    ["1.5 GB", 1.5e9],
    ["10kB", 10_000],
    ["64 Ki", 65_536],
    ["1TB", 1e12],
    ["3 B", 3],
    [" 7 ", 7],
    ["0.5", 0.5],
    [".25", 0.25],
    ["1", 1],
  ];
  for (const [text, bytes] of cases) assertEquals(parseSize(text), bytes, text);
});

Deno.test("parseSize() refuses what is no size", () => {
  const texts = [
    "",
    "x",
    "0",
    "-1",
    "1 XB",
    "MiB",
    "1 2",
    "0 MiB",
    "1e400",
    "Infinity",
    "NaN",
    "0x10",
    "1,5 GB",
    "0.1 B",
  ];
  for (const text of texts) assertEquals(parseSize(text), undefined, text);
});

Deno.test("parseDuration() reads units, and seconds without one", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["500ms", 500],
    ["2s", 2_000],
    ["2", 2_000],
    ["0.25", 250],
    ["30 seconds", 30_000],
    ["5 min", 300_000],
    ["5m", 300_000],
    ["1.5 hours", 5_400_000],
    ["1 Day", 86_400_000],
  ];
  for (const [text, milliseconds] of cases) assertEquals(parseDuration(text), milliseconds, text);
});

Deno.test("parseDuration() refuses what is no duration", () => {
  for (const text of ["", "s", "0", "-2s", "2 parsecs", "1h30m", "1e99 d"]) {
    assertEquals(parseDuration(text), undefined, text);
  }
});

Deno.test("parseResources() reads amounts by name, separated by commas or spaces", () => {
  assertEquals(parseResources("gpu=2,mem=1e9"), { gpu: 2, mem: 1e9 });
  assertEquals(parseResources("gpu=2 mem=1.5"), { gpu: 2, mem: 1.5 });
  assertEquals(parseResources(" gpu=0, "), { gpu: 0 });
});

Deno.test("parseResources() refuses what is no amount, and a name twice", () => {
  for (const text of ["", ",", "gpu", "gpu=", "=2", "gpu=x", "gpu=-1", "gpu=1=2", "gpu=1,gpu=2", "gpu=1e", "gpu=0x1"]) {
    assertEquals(parseResources(text), undefined, text);
  }
});
