import { assertEquals, assertStringIncludes } from "@std/assert";
import { ExecutorRig } from "./executor_rig.ts";

/** What was printed for a task: `stream: text`. */
function printed(rig: ExecutorRig, key: string): string[] {
  return rig.told("printed").filter((m) => m.key === key).map(({ stream, text }) => `${stream}: ${text}`);
}

Deno.test("capturePrints() sends what tasks print to their clients, from whatever they print with", async () => {
  await using rig = await ExecutorRig.start({ thread: true });
  const prints = () => {
    console.log("log %d", 1, { a: 1 });
    console.error("error");
    console.warn("warn");
    console.info("info");
    console.table([{ a: 1 }]);
    Deno.stdout.writeSync(new TextEncoder().encode("raw"));
    Deno.stderr.writeSync(Uint8Array.of(0xe2, 0x82));
    return Deno.stderr.writeSync(Uint8Array.of(0xac, 0x21));
  };
  const runId = rig.run(prints, { key: "prints-1", clientId: "client-7" });
  assertEquals(await rig.result(runId), 2);
  const lines = printed(rig, "prints-1").filter((line) => !/[┌│├└]/.test(line) && !line.endsWith(": "));
  assertEquals(lines, [
    "out: log 1 { a: 1 }\n",
    "err: error\n",
    "err: warn\n",
    "out: info\n",
    "out: raw",
    "err: €!",
  ]);
  assertStringIncludes(printed(rig, "prints-1").join(""), "│ a │");
  assertEquals(new Set(rig.told("printed").map(({ clientId }) => clientId)), new Set(["client-7"]));
});

Deno.test("capturePrints() tells tasks apart by who runs, also after an await", async () => {
  await using rig = await ExecutorRig.start({ thread: true });
  const late = async (name: string) => {
    console.log(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log(`${name} ends`);
    setTimeout(() => console.log(`${name} trails`), 1);
  };
  const runs = ["a", "b"].map((name) => rig.run(late, { key: name, args: [name] }));
  await Promise.all(runs.map((runId) => rig.result(runId)));
  while (rig.told("printed").length < 6) await rig.changed();
  for (const name of ["a", "b"]) {
    assertEquals(printed(rig, name), [`out: ${name} begins\n`, `out: ${name} ends\n`, `out: ${name} trails\n`]);
  }
});
