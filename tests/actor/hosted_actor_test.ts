/** Actors on threads and in processes as users' programs start them: with configuration, lock and permissions of their own. */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** What users map themselves when they load Troupe by URL: the packages that it uses. */
async function packages(): Promise<Record<string, string>> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  return Object.fromEntries(Object.entries<string>(imports).filter(([, target]) => target.startsWith("npm:")));
}

const MAIN = `
import { ActorSystem } from "@troupe/troupe";
import { Loader } from "./loader.ts";
await using system = await ActorSystem.start();
for (const on of ["thread", "process"] as const) {
  const loader = await system.spawn(Loader, { on });
  console.log(on, await loader.ask.load());
}
`;

/** Uses bare imports of the user: a package, statically, and a file behind an alias, when it runs. */
const LOADER = `
import { Actor } from "@troupe/troupe";
import { version } from "acorn";
export class Loader extends Actor {
  async load(): Promise<string> {
    const { answer } = await import("my-answer");
    return version.split(".")[0] + " " + answer;
  }
}
`;

/** Runs the program above in an otherwise empty folder. */
async function run(
  troupe: string,
  flags: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const imports = { ...await packages(), "@troupe/troupe": troupe, "my-answer": "./answer.ts" };
    const all = {
      "deno.json": JSON.stringify({ imports }),
      "main.ts": MAIN,
      "loader.ts": LOADER,
      "answer.ts": "export const answer = 42;",
      ...files,
    };
    for (const [name, text] of Object.entries(all)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...flags, "main.ts"],
      cwd: folder,
    }).output();
    const entries = await Array.fromAsync(Deno.readDir(folder));
    const left = entries.map(({ name }) => name).filter((name) => name !== "deno.lock");
    assertEquals(left.sort(), Object.keys(all).filter((name) => name !== "deno.lock").sort());
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const EXPECTED = "thread 8 42\nprocess 8 42\n";
const MOD = new URL("mod.ts", ROOT);

Deno.test("HostedActor finds the user's bare imports, from a checkout", async () => {
  assertEquals(await run(MOD.href, ["-A"]), EXPECTED);
});

Deno.test("HostedActor starts when the user's lock file lacks what it needs, if the program itself does", async () => {
  assertEquals(await run(MOD.href, ["-A", "--no-lock"], { "deno.lock": '{"version":"5"}' }), EXPECTED);
});

Deno.test("HostedActor starts when Troupe was loaded over http, as from JSR", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const file = new URL(`.${new URL(request.url).pathname}`, ROOT);
    const text = await Deno.readTextFile(file);
    return new Response(text, { headers: { "content-type": "application/typescript" } });
  });
  const served = `http://127.0.0.1:${server.addr.port}/mod.ts`;
  assertEquals(await run(served, ["-A", "--no-lock"]), EXPECTED);
});

Deno.test("HostedActor starts on lists of permissions that name what it needs", async () => {
  const flags = [`--allow-read`, "--allow-net=127.0.0.1", `--allow-run=${Deno.execPath()}`, "--allow-sys"];
  assertEquals(await run(MOD.href, flags), EXPECTED);
});
