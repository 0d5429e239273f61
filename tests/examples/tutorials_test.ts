import { assert, assertEquals, assertMatch } from "@std/assert";
import { startCli, TestProcess } from "../cli/cli_process.ts";

const QUICK = { TUTORIAL_NAP_MS: "2", TUTORIAL_WORKERS: "2" };

/** What a tutorial printed on its way to exit code 0. Bars and lines of progress go to stderr. */
async function runTutorial(name: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  await using process = new TestProcess(`examples/tutorials/${name}`, [], { env: { ...QUICK, ...env } });
  const { code, stdout, stderr } = await process.ended;
  assertEquals(code, 0, `${name}: ${stdout}${stderr}`);
  await process.groupGone();
  return stdout.trimEnd().split("\n");
}

/** A scheduler and two workers, each a process of its own. */
async function onCluster(use: (env: Readonly<Record<string, string>>) => Promise<void>): Promise<void> {
  await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
  const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
  await using worker = startCli(["worker", address, "--nthreads", "2", "--nworkers", "2"]);
  await worker.waitFor(/Registered to: [^]*(Registered to: )/);
  await use({ TROUPE_SCHEDULER_ADDRESS: address });
}

function assertHas(lines: readonly string[], expected: readonly string[]): void {
  for (const line of expected) assert(lines.includes(line), `no line ${line} in:\n${lines.join("\n")}`);
}

const ZS = "3,6,9,12,15,18,21,24,27,30,33,36,39,42,45,48";

function assertWorkflows(lines: readonly string[]): void {
  assertHas(lines, [`zs = [${ZS}]`, "total = [408]", "scattered: 1", "10 + 1 + 2 * 10 = 31"]);
  // 3 * i + 1 of 10,000 items
  assertEquals(lines.filter((line) => /^\d+ results/.test(line)).at(-1), "10000 results, their sum is 149995000");
}

function assertFutures(lines: readonly string[]): void {
  assertHas(lines, ["inc(1) here: 2", "inc(1) there: 2", "z = 6", "zs[0] = 3", "total = 98688", "tree total = 98688"]);
  const completed = lines.find((line) => line.startsWith("in the order of their completion: ")) ?? "";
  assertMatch(completed, /: (\d+ ){8}\.\.\. 256 in all$/);
  for (const number of completed.match(/\d+/g)?.slice(0, 8) ?? []) assertEquals(Number(number) % 3, 1);
  assertEquals(lines.at(-1), "dynamic total = 98944");
}

function assertShorterWorkflows(lines: readonly string[]): void {
  assertHas(lines, ["inc(1) here: 2", `[${ZS}]`, "[408]"]);
  const pending = lines.find((line) => line.startsWith("<Future: pending, key: inc-"));
  const finished = lines.find((line) => line.startsWith("<Future: finished, type: number, key: inc-"));
  assertEquals(pending?.match(/inc-\w+/)?.[0], finished?.match(/inc-\w+/)?.[0] ?? "none");
  assertEquals(lines.at(-1), "[1,4,7,10,13,16,19,22,25,28,31,34,37,40,43,46]");
}

function plainFib(n: number): bigint {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

function assertAdvanced(lines: readonly string[]): void {
  assertHas(lines, [
    "10 + 1 = 11",
    "1 + 2 = 3",
    "f(1) + f(2) = 30",
    "finished finished finished error finished finished",
  ]);
  assertHas(lines, ["and one more each: 11 21 31 51 61", "total = 65.25", "Rosenbrock: near (1, 1): true"]);
  assertHas(lines, [`fib(1000) = ${plainFib(1_000)}`, "two clients, one result: true", "from the queue: 123"]);
  assertEquals(lines.at(-3), "from the variable: Float64Array(3) [ 1, 2, 3 ]");
  assertMatch(lines.at(-2) ?? "", /^made [1-9]\d*, used \d+, left \d+$/);
  assertEquals(lines.at(-1), "producers and consumers: nothing is lost: true", lines.at(-2));
  assert(lines.some((line) => /^best > 100: true, .* cancelled: true$/.test(line)), lines.join("\n"));
}

function assertDistributed(lines: readonly string[]): void {
  const onAll = ["sync", "threads", "processes"].map((scheduler) => `total on ${scheduler}: 13`);
  assertHas(lines, [...onAll, "total by default: 13", "4 * 21 = 84", "total on the cluster: 13", "tot = 20"]);
  assertHas(lines, ["inc(1) = 2", "total as a future: 13"]);
  assertEquals(lines.at(-1), "sum of what was scattered = 6");
}

Deno.test("the tutorials print their figures and end, each with a cluster of its own", async () => {
  const byHand = await runTutorial("000_custom_workflows.ts");
  assertWorkflows(byHand);
  assertMatch(
    byHand.join("\n"),
    /^\$ troupe scheduler .*\n.*Scheduler at: tcp:[^]*\$ troupe worker tcp:[^]*Registered to/,
  );
  assertFutures(await runTutorial("001_futures.ts"));
  assertShorterWorkflows(await runTutorial("002_custom_workflows.ts"));
  assertAdvanced(await runTutorial("003_advanced_techniques.ts"));
  assertDistributed(await runTutorial("004_distributed.ts"));
});

Deno.test("the tutorials print their figures and end, on a cluster of separate processes", async () => {
  await onCluster(async (env) => {
    assertWorkflows(await runTutorial("000_custom_workflows.ts", env));
    assertFutures(await runTutorial("001_futures.ts", env));
    assertShorterWorkflows(await runTutorial("002_custom_workflows.ts", env));
    assertAdvanced(await runTutorial("003_advanced_techniques.ts", env));
    assertDistributed(await runTutorial("004_distributed.ts", env));
  });
});
