import { assert, assertEquals } from "@std/assert";
import { childPermissionFlags } from "../../actors/actor/child_permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What a parent with these flags may do, and what its child may do. */
async function answers(flags: readonly string[]): Promise<[what: string, own: boolean, child: boolean][]> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-lock",
      "--config",
      `${ROOT}deno.json`,
      ...flags,
      `${ROOT}tests/actor/permission_parent.ts`,
    ],
  }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n").filter((line) => line !== "");
  assert(lines.length > 0, new TextDecoder().decode(stderr));
  return lines.map((line) => JSON.parse(line)).map(([what, own, child]) => [JSON.stringify(what), own, child]);
}

const NEEDED = [`--allow-read=${ROOT}`, "--allow-net=127.0.0.1", `--allow-run=${Deno.execPath()}`];

for (
  const flags of [
    ["--allow-all"],
    ["--allow-all", "--deny-env", "--deny-read=/etc"],
    ["--allow-read", "--allow-net", "--allow-run", "--deny-net=example.com"],
    [...NEEDED, "--allow-env=HOME", "--allow-sys=hostname", "--allow-write=/tmp"],
    NEEDED,
  ]
) {
  Deno.test(`childPermissionFlags() gives a child no more than a parent with ${flags.join(" ")}`, async () => {
    const all = await answers(flags.map((flag) => flag.replaceAll(ROOT, ROOT)));
    assertEquals(all.filter(([, own, child]) => child && !own), []);
    // Whole grants do arrive.
    if (flags.length === 1) assertEquals(all.filter(([, own, child]) => own && !child), []);
  });
}

Deno.test("childPermissionFlags() names every whole grant", async () => {
  const flags = childPermissionFlags("");
  const whole = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;
  for (const name of whole) {
    const { state, partial } = await Deno.permissions.query({ name });
    assertEquals(flags.includes(`--allow-${name}`), state === "granted" && partial !== true);
  }
});
