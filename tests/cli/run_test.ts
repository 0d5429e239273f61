import { assertEquals } from "@std/assert";
import { splitScript } from "../../cli/run.ts";
import { runCli, startCli, type TestProcess } from "./cli_process.ts";

const SCRIPT = `
console.log("script", Deno.env.get("TROUPE_SCHEDULER_ADDRESS"), JSON.stringify(Deno.args));
for (const name of ["read", "write", "net", "env", "sys", "run", "ffi"]) {
  console.log(name, Deno.permissions.querySync({ name }).state);
}
if (Deno.args[0] === "wait") {
  const timer = setInterval(() => {}, 1000);
  Deno.addSignalListener(Deno.args[1], () => { clearInterval(timer); Deno.exit(7); });
  console.log("ready");
} else Deno.exit(Number(Deno.args[0] ?? 0));
`;

async function withScript(use: (script: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/script.ts`, SCRIPT);
    await use(`${folder}/script.ts`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("splitScript() tells our flags from the script's", () => {
  const cases: readonly (readonly [args: string, own: string, script: string | undefined, scriptArgs: string])[] = [
    ["s.ts a --b", "", "s.ts", "a --b"],
    ["--address A s.ts --help", "--address A", "s.ts", "--help"],
    ["--address=A s.ts", "--address=A", "s.ts", ""],
    ["s.ts a --address A b", "--address A", "s.ts", "a b"],
    ["s.ts --address=A b", "--address=A", "s.ts", "b"],
    ["s.ts -- --address A", "", "s.ts", "--address A"],
    ["-- s.ts --x", "", "s.ts", "--x"],
    ["--help s.ts", "--help", "s.ts", ""],
    ["--token-file F --scheduler-file G s.ts", "--token-file F --scheduler-file G", "s.ts", ""],
    ["s.ts --address", "--address", "s.ts", ""],
    ["--address", "--address", undefined, ""],
  ];
  for (const [args, own, script, scriptArgs] of cases) {
    const split = splitScript(args.split(" "));
    assertEquals([split.own.join(" "), split.script, split.scriptArgs.join(" ")], [own, script, scriptArgs], args);
  }
});

Deno.test("runScript() hands on address, arguments and exit code", async () => {
  await withScript(async (script) => {
    const { code, stdout, stderr } = await runCli(["run", script, "3", "--x", "--address", "tcp://127.0.0.1:1"]);
    assertEquals([code, stderr], [3, ""]);
    assertEquals(stdout.split("\n")[0], 'script tcp://127.0.0.1:1 ["3","--x"]');
  });
});

Deno.test("runScript() takes the address from the environment", async () => {
  await withScript(async (script) => {
    const env = { TROUPE_SCHEDULER_ADDRESS: "tcp://127.0.0.1:2" };
    const { stdout } = await runCli(["run", script], { env });
    assertEquals(stdout.split("\n")[0], "script tcp://127.0.0.1:2 []");
  });
});

Deno.test("runScript() gives the script the permissions that it has, and no more", async () => {
  await withScript(async (script) => {
    const args = ["run", "--address", "tcp://127.0.0.1:1", script];
    const all = await runCli(args);
    assertEquals(all.stdout.match(/granted/g)?.length, 7);
    const some = await runCli(args, { permissions: ["--allow-read", "--allow-env", "--allow-run", "--deny-env=HOME"] });
    assertEquals([some.code, some.stderr.includes("env access")], [1, true], some.stderr);
    const most = await runCli(args, { permissions: ["--allow-read", "--allow-env", "--allow-run", "--allow-net=a.b"] });
    assertEquals(most.stdout.match(/\w+ granted/g), ["read granted", "env granted", "run granted"], most.stderr);
  });
});

Deno.test("runScript() passes signals on, and the script decides", async () => {
  await withScript(async (script) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      await using run: TestProcess = startCli(["run", "--address", "tcp://127.0.0.1:1", script, "wait", signal]);
      await run.waitFor(/ready/);
      run.signal(signal);
      assertEquals((await run.ended).code, 7);
      await run.groupGone();
    }
  });
});
