import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { runCli, startCli } from "./cli_process.ts";

Deno.test("runScheduler() prints its real address, and closes with exit code 0 at Ctrl-C and SIGTERM", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
    const address = await scheduler.waitFor(/^Scheduler at: (tcp:\/\/127\.0\.0\.1:[1-9]\d*)$/m);
    const { hostname, port } = new URL(address.replace("tcp:", "http:"));
    const connection = await Deno.connect({ hostname, port: Number(port) });
    connection.close();
    scheduler.signal(signal);
    const { code, stdout, stderr } = await scheduler.ended;
    assertEquals([code, stderr], [0, ""]);
    assert(!stdout.includes("Dashboard"), stdout);
    await assertRejects(() => Deno.connect({ hostname, port: Number(port) }), Deno.errors.ConnectionRefused);
  }
});

Deno.test("runScheduler() writes its address to --scheduler-file, and removes it at the end", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/scheduler.json`;
    await using scheduler = startCli(["scheduler", "--port", "0", "--scheduler-file", file]);
    const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
    assertEquals(JSON.parse(await Deno.readTextFile(file)), { address });
    scheduler.signal("SIGINT");
    assertEquals((await scheduler.ended).code, 0);
    await assertRejects(() => Deno.stat(file), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runScheduler() refuses an open port without a token, with exit code 2", async () => {
  const { code, stdout, stderr } = await runCli(["scheduler", "--host", "0.0.0.0", "--port", "0"]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^troupe: Cannot listen on tcp:\/\/0\.0\.0\.0:0: .+\n {2}hint: .+\n$/);
});

Deno.test("runScheduler() says so in one line when its port is taken", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { code, stderr } = await runCli(["scheduler", "--port", String(port), "--no-dashboard"]);
  assertEquals(code, 1);
  assertMatch(stderr, new RegExp(`^troupe: Cannot listen on tcp://127\\.0\\.0\\.1:${port}: .+\\n  hint: .+\\n$`));
});

Deno.test("runScheduler() ends by itself after its --idle-timeout", async () => {
  const { code, stderr } = await runCli(["scheduler", "--port", "0", "--idle-timeout", "200ms"]);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("runScheduler() says that there is no dashboard when one is asked for", async () => {
  await using scheduler = startCli(["scheduler", "--port", "0", "--dashboard-port", "0"]);
  await scheduler.waitFor(/^Scheduler at: /m);
  scheduler.signal("SIGTERM");
  const { code, stderr } = await scheduler.ended;
  assertEquals([code, stderr], [0, "troupe: There is no dashboard yet, so --dashboard-port has no effect\n"]);
});
