import { assertEquals } from "@std/assert";
import { figuresOf, mergeFresh } from "./contender.ts";
import { parseFigures } from "./figure.ts";
import type { Row } from "./row.ts";

const ROW: Row = {
  name: "rate",
  unit: "tasks/s",
  isHigherBetter: true,
  target: { text: "" },
  dask: "none",
  hasPools: false,
  isFresh: false,
};

Deno.test("parseFigures() takes the last line of figures when a program prints other things too", () => {
  const stdout = `hello\n{"figures":{"rate":{"value":1}}}\n{"figures": {"rate": {"value": 2, "note": "n"}}}\nbye\n`;
  assertEquals(parseFigures(stdout), { rate: { value: 2, note: "n" } });
});

Deno.test("parseFigures() keeps reasons, broken demands and parts", () => {
  const figures = { a: { missing: "why" }, b: { value: 1, broken: "b", partsUs: { hop: 2 } } };
  assertEquals(parseFigures(JSON.stringify({ figures })), figures);
});

Deno.test("parseFigures() gives no figure when a line is malformed", () => {
  assertEquals(parseFigures("nothing"), undefined);
  assertEquals(parseFigures(`{"figures":{"rate":`), undefined);
  assertEquals(parseFigures(`{"figures":{"rate":7}}`), { rate: { missing: "the program reported no figure" } });
  assertEquals(parseFigures(`{"figures":{"rate":{"value":"7"}}}`), {
    rate: { missing: "the program reported no number" },
  });
});

Deno.test("figuresOf() says why when a program failed, was late, or left a row out", () => {
  const end = { stdout: `{"figures":{"rate":{"value":1}}}`, stderr: "", code: 0, isLate: false };
  assertEquals(figuresOf(end, [ROW]), { rate: { value: 1 } });
  assertEquals(figuresOf({ ...end, isLate: true }, [ROW]), { rate: { missing: "took longer than 120 s" } });
  const stderr = "\x1b[31merror\x1b[0m: Module not found\n    at main.ts\n";
  assertEquals(figuresOf({ ...end, code: 1, stderr }, [ROW]), {
    rate: { missing: "its program ended with code 1: error: Module not found" },
  });
  assertEquals(figuresOf(end, [{ ...ROW, name: "other" }]), {
    other: { missing: "its program does not report this row" },
  });
});

Deno.test("mergeFresh() takes the median unless one of the processes failed", () => {
  assertEquals(mergeFresh([{ value: 9, note: "n" }, { value: 1 }, { value: 5 }]), { value: 5, note: "n" });
  assertEquals(mergeFresh([{ value: 9 }, { missing: "why" }]), { missing: "why" });
  assertEquals(mergeFresh([{ value: 9 }, { value: 1, broken: "b" }]), { value: 1, broken: "b" });
});
