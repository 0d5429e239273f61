import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readActorOptions } from "./actor_bench.ts";
import { ACTOR_ROWS, PLACES } from "./actors/actor_row.ts";
import { renderActorNotes, renderActorTable } from "./actors/actor_table.ts";
import { isMeasured, parseFigures } from "./figure.ts";
import { ProgramRunner } from "./program.ts";

/** Only a program that hangs takes longer. */
const DEADLINE_MS = 600_000;

Deno.test("readActorOptions() picks rows, and names what it does not know", () => {
  const options = readActorOptions(["--quick", "--only", "tells_batched,ask_round_trip"]);
  assert("rows" in options);
  assertEquals([options.isQuick, options.rows.map((row) => row.name)], [true, ["ask_round_trip", "tells_batched"]]);
  const all = readActorOptions([]);
  assertEquals("rows" in all && all.rows.length, ACTOR_ROWS.length);
  assertEquals(readActorOptions(["--only", "nothing"]), { problem: 'Cannot run bench: there is no row "nothing"' });
  assertEquals(readActorOptions(["--fast"]), { problem: 'Cannot run bench: unknown argument "--fast"' });
});

Deno.test("renderActorTable() judges every place that has a target, and nothing in a quick run", () => {
  const rows = ACTOR_ROWS.filter((row) => row.name === "ask_over_raw");
  const line = (thread: number, tcp: number, isQuick = false) =>
    renderActorTable(
      rows,
      { thread: { ask_over_raw: { value: thread } }, tcp: { ask_over_raw: { value: tcp } } },
      isQuick,
    ).split("\n")[2];
  assertStringIncludes(line(2.5, 3) ?? "", "| thread <= 2.5, tcp <= 3 | pass");
  assertStringIncludes(line(2.5, 3.1) ?? "", "FAIL");
  assertStringIncludes(line(2.5, 3.1, true) ?? "", "| -");
  assertStringIncludes(renderActorTable(rows, { thread: {}, other: {} }, false), "missing");
});

Deno.test("renderActorNotes() says what is missing, what a figure means, and whose Ray's are", () => {
  const notes = renderActorNotes(ACTOR_ROWS.slice(0, 2), {
    Erlang: { ask_round_trip: { missing: "not installed" }, ask_over_raw: { missing: "not installed" } },
    thread: { ask_over_raw: { value: 1, note: "raw: 1.0 us" } },
  });
  assertEquals(notes.split("\n").slice(3), [
    "- Erlang is missing: not installed",
    "- thread, ask_over_raw: raw: 1.0 us",
  ]);
  assertStringIncludes(notes, "- Ray: ray-project/ray");
});

for (const place of PLACES) {
  Deno.test(`troupe.ts measures every row when its actors are at "${place}"`, async () => {
    const script = new URL("./actors/troupe.ts", import.meta.url).href;
    const args = ["run", "-A", "--no-lock", script, place, "--quick"];
    const end = await new ProgramRunner().run(Deno.execPath(), { args, deadlineMs: DEADLINE_MS });
    assertEquals([end.code, end.isLate], [0, false], end.stderr);
    const figures = parseFigures(end.stdout) ?? {};
    const wanted = ACTOR_ROWS.map((row) => row.name).filter((row) => place !== "here" || row !== "ask_over_raw");
    assertEquals(wanted.filter((row) => !isMeasured(figures[row])), []);
  });
}
