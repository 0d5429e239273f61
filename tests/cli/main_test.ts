import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { runCli } from "./cli_process.ts";

Deno.test("main() shows help on stdout", async () => {
  const overview = await runCli(["--help"]);
  assertEquals([overview.code, overview.stderr], [0, ""]);
  assertStringIncludes(overview.stdout, "Usage: troupe COMMAND [FLAGS]");
  for (const command of ["scheduler", "worker", "run", "submit", "status", "cancel"]) {
    const { code, stdout, stderr } = await runCli([command, "--help"]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `Usage: troupe ${command} `);
  }
});

Deno.test("main() shows its version", async () => {
  const { code, stdout } = await runCli(["--version"]);
  assertEquals(code, 0);
  assertEquals(stdout, `troupe ${config.version} (deno ${Deno.version.deno})\n`);
});

Deno.test("main() refuses bad lines with exit code 2, one line and a hint on stderr", async () => {
  const cases: readonly (readonly [args: readonly string[], message: string])[] = [
    [[], "Cannot run troupe: no command is given"],
    [["sheduler"], 'Cannot run troupe: unknown command "sheduler"'],
    [["top", "tcp://127.0.0.1:1"], 'Cannot run troupe: unknown command "top"'],
    [["--verbose"], 'Cannot run troupe: unknown flag "--verbose"'],
    [["scheduler", "--prot", "1"], 'Cannot run troupe scheduler: unknown flag "--prot"'],
    [["scheduler", "--port", "many"], 'Cannot run troupe scheduler: --port is "many"'],
    [["scheduler", "--port"], "Cannot run troupe scheduler: --port has no value"],
    [["scheduler", "8786"], 'Cannot run troupe scheduler: unexpected argument "8786"'],
    [["worker"], "Cannot run troupe worker: the scheduler's address is missing"],
    [
      ["worker", "a", "--executors", "processes"],
      "Cannot run troupe worker: --executors processes is not supported yet",
    ],
    [["status"], "Cannot run troupe status: the scheduler's address is missing"],
    [["status", "tcp://127.0.0.1:1", "--jsno"], 'Cannot run troupe status: unknown flag "--jsno"'],
    [["cancel", "tcp://127.0.0.1:1"], "Cannot run troupe cancel: the key of the task is missing"],
    [["submit", "tcp://127.0.0.1:1", "jobs.ts"], 'Cannot run troupe submit: "jobs.ts" names no function'],
    [["submit", "tcp://127.0.0.1:1", "jobs.ts#f", "{"], 'Cannot run troupe submit: argument "{" is no JSON'],
    [["run"], "Cannot run troupe run: the script is missing"],
  ];
  const ends = await Promise.all(cases.map(([args]) => runCli(args)));
  ends.forEach(({ code, stdout, stderr }, index) => {
    const [args, message] = cases[index] ?? [[], ""];
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertEquals(stderr.split("\n")[0], `troupe: ${message}`);
    assertMatch(stderr, /^troupe: .+\n {2}hint: .+\n$/);
  });
});

Deno.test("main() shows the stack of a failure only when $TROUPE_DEBUG is set", async () => {
  const { code, stderr } = await runCli(["scheduler", "--port", "x"], { env: { TROUPE_DEBUG: "1" } });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "command.ts");
});
