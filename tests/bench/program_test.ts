import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProgramRunner } from "./program.ts";

const DEADLINE_MS = 30_000;
/** Starts a child that would run for ever, prints its process id, and does what is asked next. */
const START_CHILD = `
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", "setInterval(() => {}, 1000)"] }).spawn();
  child.unref();
  console.log(child.pid);
`;

function evalArgs(code: string): string[] {
  return ["eval", "--no-lock", "--no-config", code];
}

/** Whether a process is there and no zombie. */
async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)], stderr: "null" })
    .output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

/** A killed process is gone soon, not at once. */
async function assertGone(pid: number): Promise<void> {
  const endMs = performance.now() + DEADLINE_MS;
  while (await isAlive(pid)) assert(performance.now() < endMs, `process ${pid} still runs`);
}

Deno.test("ProgramRunner.run() gives output and exit code when a program ends", async () => {
  const code = `console.log("out"); console.error("err"); Deno.exit(3);`;
  const end = await new ProgramRunner().run(Deno.execPath(), { args: evalArgs(code), deadlineMs: DEADLINE_MS });
  assertEquals(end, { stdout: "out\n", stderr: "err\n", code: 3, isLate: false });
});

Deno.test("ProgramRunner.run() ends what a program left behind when it ends", async () => {
  const code = `${START_CHILD} Deno.exit(0);`;
  const end = await new ProgramRunner().run(Deno.execPath(), { args: evalArgs(code), deadlineMs: DEADLINE_MS });
  assertEquals(end.code, 0);
  await assertGone(Number(end.stdout));
});

Deno.test("ProgramRunner.run() ends a program and its children when the deadline passes", async () => {
  const code = `Deno.addSignalListener("SIGTERM", () => Deno.exit(7)); ${START_CHILD} setInterval(() => {}, 1000);`;
  const end = await new ProgramRunner().run(Deno.execPath(), { args: evalArgs(code), deadlineMs: 4000 });
  assertEquals([end.isLate, end.code], [true, 7]);
  await assertGone(Number(end.stdout));
});

Deno.test("ProgramRunner.run() rejects when there is no such program", async () => {
  const run = new ProgramRunner().run("/no/such/program", { args: [], deadlineMs: DEADLINE_MS });
  await assertRejects(() => run, Deno.errors.NotFound);
});

Deno.test("ProgramRunner.stopAll() ends running programs and lets no other start", async () => {
  const runner = new ProgramRunner();
  const options = { args: evalArgs("setInterval(() => {}, 1000)"), deadlineMs: DEADLINE_MS };
  const running = runner.run(Deno.execPath(), options);
  await runner.stopAll();
  const end = await running;
  assertEquals([end.isLate, end.code === 0], [false, false]);
  await assertRejects(() => runner.run(Deno.execPath(), options), Deno.errors.Interrupted);
});
