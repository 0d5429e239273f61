import { assertEquals } from "@std/assert";
import { replBinding } from "../../actors/code/repl_scope.ts";

Deno.test("replBinding() sees globals, and no variables of modules or functions", () => {
  const hidden = 1;
  assertEquals(replBinding("Math"), { isFound: true, isModule: false, isReady: true, value: Math });
  assertEquals(replBinding("hidden"), { isFound: false });
  assertEquals(replBinding("not a name"), { isFound: false });
  assertEquals(hidden, 1);
});

Deno.test("in the REPL, functions travel with the variables of its top level", async () => {
  const mod = new URL("../../mod.ts", import.meta.url).href;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const lines = [
    `import { Client } from ${JSON.stringify(mod)};`,
    "const client = await Client.connect({ executors: 'inline' });",
    "const k = 5; let n = 1; const weak = new WeakMap();",
    "function helper(x) { return x * k + n; }",
    "class Box { value = k; }",
    "const told = [];",
    "told.push(await client.submit((x) => helper(x) + k, 1).result());",
    "n = 100;",
    "told.push(await client.submit((x) => helper(x) + new Box().value, 1).result());",
    "for (const fn of [() => weak, () => nowhere]) try { client.submit(fn); } catch (e) { told.push(e.message); }",
    "await client.close();",
    "console.log('told', JSON.stringify(told));",
  ];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["repl", "-A", "--quiet", "--no-lock", "--config", config],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(lines.join("\n") + "\n"));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  const told = /^told (.*)$/m.exec(text)?.[1];
  assertEquals(JSON.parse(told ?? "null"), [
    11,
    110,
    'Cannot submit task "lambda": captured variable "weak" is a WeakMap',
    'Cannot submit task "lambda": it uses "nowhere", which does not travel with it',
  ], text + new TextDecoder().decode(stderr));
});
