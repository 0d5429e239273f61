import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { compare, type Comparison, type Results } from "./comparison.ts";
import type { Figure } from "./figure.ts";
import type { Row } from "./row.ts";
import { formatNumber, renderNotes, renderParts, renderPools, renderTable } from "./table.ts";

const RATE: Row = {
  name: "rate",
  unit: "tasks/s",
  isHigherBetter: true,
  target: { text: ">= 1,000; >= 10x Dask; >= 2x pool", limit: 1000, overDask: 10, overPool: 2 },
  dask: "local",
  hasPools: true,
  raw: "raw_coalesced",
  isFresh: false,
};

const WAIT: Row = {
  name: "wait",
  unit: "us",
  isHigherBetter: false,
  target: { text: "<= 2x raw", overRaw: 1 / 2 },
  dask: "none",
  hasPools: false,
  raw: "raw_message",
  isFresh: false,
};

const RATE_RESULTS: Results = {
  troupe: { rate: { value: 4000 } },
  dask: { rate: { value: 100 } },
  pools: { slow: { rate: { value: 10 } }, quick: { rate: { value: 1000 } }, absent: { rate: { missing: "no net" } } },
  raw: { rate: { value: 8000 } },
};

function compareOne(row: Row, results: Partial<Results>, isQuick = false): Comparison {
  const [one] = compare([row], { troupe: {}, dask: {}, pools: {}, raw: {}, ...results }, isQuick);
  assert(one !== undefined);
  return one;
}

function compareWait(troupe: Figure, raw: Figure): Comparison {
  return compareOne(WAIT, { troupe: { wait: troupe }, raw: { wait: raw } });
}

Deno.test("compare() says how many times better Troupe is when higher is better", () => {
  const one = compareOne(RATE, RATE_RESULTS);
  assertEquals([one.overDask, one.overPool, one.overRaw], [40, 4, 0.5]);
  assertEquals(one.bestPool, { name: "quick", value: 1000 });
  assertEquals(one.verdict, "pass");
});

Deno.test("compare() takes the lowest pool and turns ratios round when lower is better", () => {
  const pools = { slow: { wait: { value: 900 } }, quick: { wait: { value: 300 } } };
  const one = compareOne({ ...WAIT, hasPools: true }, { troupe: { wait: { value: 100 } }, pools });
  assertEquals(one.bestPool, { name: "quick", value: 300 });
  assertEquals(one.overPool, 3);
});

Deno.test("compare() fails a row when the number itself misses its limit", () => {
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, troupe: { rate: { value: 999 } } }).verdict, "fail");
  const row = { ...WAIT, target: { text: "<= 50", limit: 50 } };
  assertEquals(compareOne(row, { troupe: { wait: { value: 50 } } }).verdict, "pass");
  assertEquals(compareOne(row, { troupe: { wait: { value: 51 } } }).verdict, "fail");
});

Deno.test("compare() fails a row when a ratio is below its demand", () => {
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, dask: { rate: { value: 401 } } }).verdict, "fail");
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, pools: { quick: { rate: { value: 2001 } } } }).verdict, "fail");
  assertEquals(compareWait({ value: 200 }, { value: 100 }).verdict, "pass");
  assertEquals(compareWait({ value: 201 }, { value: 100 }).verdict, "fail");
});

Deno.test("compare() fails a row when another demand is broken, quick or not", () => {
  const results = { ...RATE_RESULTS, troupe: { rate: { value: 4000, broken: "too many runs" } } };
  assertEquals(compareOne(RATE, results).verdict, "fail");
  assertEquals(compareOne(RATE, results, true).verdict, "fail");
});

Deno.test("compare() calls a row incomplete when a figure that its target speaks of is missing", () => {
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, dask: { rate: { missing: "no Dask" } } }).verdict, "incomplete");
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, raw: {} }).verdict, "pass");
  const slow = { ...RATE_RESULTS, dask: {}, troupe: { rate: { value: 10 } } };
  assertEquals(compareOne(RATE, slow).verdict, "fail");
});

Deno.test("compare() judges nothing when the run was quick or Troupe has no figure", () => {
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, troupe: { rate: { value: 1 } } }, true).verdict, "not-judged");
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, troupe: { rate: { missing: "broke" } } }).verdict, "missing");
  assertEquals(compareOne(RATE, { ...RATE_RESULTS, troupe: {} }).overDask, undefined);
});

Deno.test("renderTable() shows figures, ratios and verdict in columns of equal width", () => {
  const text = renderTable([
    compareOne(RATE, RATE_RESULTS),
    compareWait({ value: 201 }, { value: 100 }),
  ]);
  const lines = text.split("\n");
  assertEquals(new Set(lines.map((line) => line.length)).size, 1);
  assertEquals(cells(lines[2]), [
    "rate",
    "tasks/s",
    "4,000",
    "100",
    "40.0x",
    "1,000 quick",
    "4.00x",
    "8,000",
    "0.500x",
    ">= 1,000; >= 10x Dask; >= 2x pool",
    "pass",
  ]);
  assertEquals(cells(lines[3]), ["wait", "us", "201", "-", "-", "-", "-", "100", "0.498x", "<= 2x raw", "FAIL"]);
});

Deno.test("renderTable() shows what is missing when nobody has a figure", () => {
  const line = cells(renderTable([compareOne(RATE, {})]).split("\n")[2]);
  assertEquals(line.slice(2, 9), ["missing", "missing", "-", "missing", "-", "missing", "-"]);
  assertEquals(line.at(-1), "missing");
});

Deno.test("renderPools() shows every pool when there are any", () => {
  const lines = renderPools([compareOne(RATE, RATE_RESULTS), compareOne(WAIT, {})]).split("\n");
  assertEquals(cells(lines[0]), ["row", "unit", "slow", "quick", "absent"]);
  assertEquals(cells(lines[2]), ["rate", "tasks/s", "10.0", "1,000", "missing"]);
  assertEquals(lines.length, 3);
  assertEquals(renderPools([compareOne(WAIT, {})]), "");
});

Deno.test("renderParts() shows where the time went when a row reports it", () => {
  const troupe = { rate: { value: 4000, partsUs: { encode: 1.5, hops: 0.25 } } };
  const lines = renderParts([compareOne(RATE, { troupe })]).split("\n");
  assertEquals(lines.slice(2).map(cells), [["rate", "encode", "1.50"], ["rate", "hops", "0.250"]]);
  assertEquals(renderParts([compareOne(RATE, RATE_RESULTS)]), "");
});

Deno.test("renderNotes() gives reasons, broken demands and notes when there are any", () => {
  const notes = renderNotes([
    compareOne(RATE, { ...RATE_RESULTS, troupe: { rate: { value: 1, broken: "wrong sum" } } }),
    compareWait({ missing: "it broke" }, { value: 100, note: "Web Worker 100" }),
  ]);
  assertStringIncludes(notes, "- rate: Troupe is broken: wrong sum");
  assertStringIncludes(notes, "- rate: absent is missing: no net");
  assertStringIncludes(notes, "- wait: Troupe is missing: it broke");
  assertStringIncludes(notes, "- wait: raw: Web Worker 100");
  assertFalse(notes.includes("Dask"));
});

Deno.test("formatNumber() keeps three significant digits when the number is small", () => {
  assertEquals([123_456.7, 99.99, 12.34, 1.234, 0.1234].map(formatNumber), [
    "123,457",
    "100.0",
    "12.3",
    "1.23",
    "0.123",
  ]);
});

function cells(line: string | undefined): string[] {
  return (line ?? "").split("|").slice(1, -1).map((cell) => cell.trim());
}
