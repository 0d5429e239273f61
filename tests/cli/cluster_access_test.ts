import { assert, assertEquals, assertRejects } from "@std/assert";
import { readAccess, readToken } from "../../cli/cluster_access.ts";
import { TroupeError } from "../../mod.ts";

const NONE = { "token-file": undefined, "tls-ca-file": undefined, "tls-cert": undefined, "tls-key": undefined };

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readAccess() gives nothing when nothing is given", async () => {
  assertEquals(await readAccess(NONE), { token: undefined, tls: undefined });
});

Deno.test("readAccess() reads token and certificates from their files", async () => {
  await withFolder(async (folder) => {
    for (const name of ["token", "ca", "cert", "key"]) await Deno.writeTextFile(`${folder}/${name}`, ` ${name}\n`);
    const access = await readAccess({
      "token-file": `${folder}/token`,
      "tls-ca-file": `${folder}/ca`,
      "tls-cert": `${folder}/cert`,
      "tls-key": `${folder}/key`,
    });
    assertEquals(access, { token: "token", tls: { cert: " cert\n", key: " key\n", caCerts: [" ca\n"] } });
  });
});

Deno.test("readAccess() refuses a certificate without its key", async () => {
  const error = await assertRejects(() => readAccess({ ...NONE, "tls-cert": "cert.pem" }));
  assert(TroupeError.is(error, "input/invalid"));
  assertEquals(error.message, "Cannot use TLS: only one of --tls-cert and --tls-key is given");
});

Deno.test("readToken() refuses a file that is missing or empty", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/empty`, " \n");
    const empty = await assertRejects(() => readToken(`${folder}/empty`));
    assert(TroupeError.is(empty, "input/invalid"));
    assertEquals(empty.message, `Cannot read --token-file "${folder}/empty": the file is empty`);
    const missing = await assertRejects(() => readToken(`${folder}/missing`));
    assert(TroupeError.is(missing, "input/invalid"));
    assertEquals(missing.message, `Cannot read --token-file "${folder}/missing": there is no such file`);
  });
});
