import { assertEquals } from "@std/assert";
import { startCli } from "../cli/cli_process.ts";
import { Program } from "../support/program.ts";
import { runExample } from "./example_process.ts";

const LINES = [
  "the 3  and 2",
  "a 3  rose 3",
  "be 2  to 2",
  "3 letters 9  2 letters 7  1 letters 3",
  "all texts were counted",
];

Deno.test("remote_code runs on threads", async () => {
  assertEquals(await runExample("remote_code/main.ts"), LINES);
});

Deno.test("remote_code runs on a worker in an empty folder", async () => {
  await using empty = await Program.write({});
  await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
  const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
  await using worker = startCli(["worker", address, "--nthreads", "1"], { cwd: empty.folder });
  await worker.waitFor(/^Registered to: /m);
  assertEquals(await runExample("remote_code/main.ts", [address]), LINES);
});
