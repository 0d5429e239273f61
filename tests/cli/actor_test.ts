import { assert, assertEquals, assertMatch } from "@std/assert";
import { runScript } from "../support/scripts.ts";
import { runCli, startCli } from "./cli_process.ts";

const COUNTER = "./examples/counter_actor.ts#Counter";

Deno.test("runActor() hosts an actor that call and ps reach, and stops it at Ctrl-C with exit code 0", async () => {
  await using host = startCli(["actor", COUNTER, "--name", "counter", "--listen", "tcp://127.0.0.1:0"]);
  const address = await host.waitFor(/^(tcp:\/\/127\.0\.0\.1:[1-9]\d*\/counter)$/m);
  const first = await runCli(["call", address, "increment", "2"]);
  assertEquals([first.code, first.stdout, first.stderr], [0, "2\n", ""]);
  const script = await runScript(
    `
      import { ActorSystem } from "@troupe/troupe";
      import type { Counter } from ${JSON.stringify(new URL("../../examples/counter_actor.ts", import.meta.url).href)};
      await using system = await ActorSystem.start();
      const counter = await system.lookup<Counter>(Deno.args[0]!);
      console.log(await counter.ask.increment(2));
    `,
    { args: [address] },
  );
  assertEquals([script.code, script.stdout, script.stderr], [0, "4\n", ""]);
  assertEquals((await runCli(["call", address, "increment"])).stdout, "5\n");
  assertEquals((await runCli(["call", address, "countdown"])).stdout, "5\n4\n3\n2\n1\n");
  const { stdout } = await runCli(["ps", address]);
  assertEquals(stdout, `NAME     WAITING  RESTARTS  ADDRESS\ncounter  0        0         ${address}\n`);
  const json = await runCli(["ps", address.replace("/counter", ""), "--json"]);
  assertEquals(JSON.parse(json.stdout), [{ address, name: "counter", depth: 0, restarts: 0 }]);
  host.signal("SIGINT");
  const { code, stderr } = await host.ended;
  assertEquals([code, stderr], [0, ""]);
  const gone = await runCli(["call", address, "increment"]);
  assertEquals([gone.code, gone.stdout], [1, ""]);
  assertMatch(gone.stderr, /^troupe: Cannot connect to tcp:.*\n {2}hint: /);
});

Deno.test("runActor() takes a Unix socket and arguments; its socket file goes with it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["--name", "cat", "--listen", `unix:${folder}/socket`, "--args", '["cat"]'];
    await using host = startCli(["actor", "examples/chat_actor.ts", ...args]);
    const address = await host.waitFor(/^(unix:.+\/cat)$/m);
    await runCli(["call", address, "hear", '"miaow"']);
    const story = await runCli(["call", address, "story", "--json"]);
    assertEquals(story.stdout, '"cat heard: miaow"\n');
    assert((await runCli(["ps", `unix:${folder}/socket`])).stdout.includes("cat "));
    host.signal("SIGTERM");
    assertEquals((await host.ended).code, 0);
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runActor() and runCall() refuse what cannot be followed with exit code 2, one line and a hint", async () => {
  const cases: readonly (readonly [args: readonly string[], message: string])[] = [
    [["actor"], "Cannot run troupe actor: the module is missing"],
    [["actor", COUNTER], "Cannot run troupe actor: --name is missing"],
    [["actor", COUNTER, "--nam", "x"], 'Cannot run troupe actor: unknown flag "--nam"'],
    [["actor", COUNTER, "--name", "x", "--args", "{}"], 'Cannot run troupe actor: --args is "{}"'],
    [["actor", COUNTER, "--name", "x", "--args", "["], 'Cannot run troupe actor: --args is no JSON: "["'],
    [["actor", COUNTER, "--name", "a b"], 'Cannot spawn actor: name is "a b"'],
    [["actor", "./nowhere.ts", "--name", "x"], 'Cannot load module "./nowhere.ts": '],
    [["actor", "./mod.ts#Client", "--name", "x"], 'Cannot host actor of "./mod.ts": it exports no actor "Client"'],
    [["call"], "Cannot run troupe call: the actor's address is missing"],
    [["call", "tcp://127.0.0.1:1/x"], "Cannot run troupe call: the method is missing"],
    [["call", "tcp://127.0.0.1:1/x", "m", "x"], 'Cannot run troupe call: argument 1 is no JSON: "x"'],
    [["ps"], "Cannot run troupe ps: the system's address is missing"],
    [["ps", "nonsense"], "Cannot parse address"],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runCli(args);
    assertEquals([code, stdout], [2, ""], stderr);
    assert(stderr.startsWith(`troupe: ${message}`), stderr);
    assertMatch(stderr, /^troupe: .+\n(?: {2}hint: .+\n)?$/);
  }
});

Deno.test("runCall() says what the actor or its method failed with, with exit code 1", async () => {
  await using host = startCli(["actor", COUNTER, "--name", "counter"]);
  const address = await host.waitFor(/^(tcp:.+\/counter)$/m);
  const unknown = await runCli(["call", address, "decrement"]);
  assertEquals([unknown.code, unknown.stdout], [2, ""]);
  assertEquals(unknown.stderr, 'troupe: Cannot call "decrement": Counter has no such method\n');
  const nobody = await runCli(["call", address.replace("counter", "nobody"), "increment"]);
  assertEquals(nobody.code, 1);
  assert(nobody.stderr.startsWith("troupe: Cannot find actor "), nobody.stderr);
});
