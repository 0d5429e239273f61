import type { TlsOptions } from "../mod.ts";
import { textFlag, type ValueFlag } from "./flag.ts";
import { usageError } from "./usage_error.ts";

/** Where the secret may come from besides the command line; `Client.connect()` reads it, too. */
export const TOKEN_VARIABLE = "TROUPE_SCHEDULER_TOKEN";

/** The flags that say who may connect, and to whom. */
export const ACCESS_FLAGS: Readonly<
  Record<"token-file" | "tls-ca-file" | "tls-cert" | "tls-key", ValueFlag<string>>
> = {
  "token-file": textFlag("FILE", `Read the cluster's shared secret from this file (default: $${TOKEN_VARIABLE})`),
  "tls-ca-file": textFlag("FILE", "Trust the authorities in this PEM file"),
  "tls-cert": textFlag("FILE", "Certificate of this side, as a PEM file"),
  "tls-key": textFlag("FILE", "Private key of this side, as a PEM file"),
};

/** What {@linkcode readAccess} needs of a command line. */
export type AccessValues = { readonly [K in keyof typeof ACCESS_FLAGS]: string | undefined };

/** Shared secret and certificates. */
export interface Access {
  /** Without surrounding white space. */
  readonly token: string | undefined;
  /** As PEM text. */
  readonly tls: TlsOptions | undefined;
}

/**
 * Reads what {@linkcode ACCESS_FLAGS} name.
 *
 * @throws `input/invalid` when one cannot be read or is empty, or a certificate lacks its key.
 */
export async function readAccess(values: AccessValues): Promise<Access> {
  const { "tls-cert": certFile, "tls-key": keyFile } = values;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw usageError("Cannot use TLS: only one of --tls-cert and --tls-key is given", "Give both");
  }
  const tls: TlsOptions = {
    ...await readPem("cert", "tls-cert", certFile),
    ...await readPem("key", "tls-key", keyFile),
    ...await readAuthorities(values["tls-ca-file"]),
  };
  const token = await readToken(values["token-file"]);
  return { token, tls: Object.keys(tls).length === 0 ? undefined : tls };
}

/**
 * The shared secret: out of the file, else out of the environment; `undefined` when neither is given.
 *
 * @throws `input/invalid` when the file cannot be read or is empty.
 */
export async function readToken(path: string | undefined): Promise<string | undefined> {
  if (path !== undefined) return (await readFlagFile("token-file", path))?.trim();
  return Deno.env.get(TOKEN_VARIABLE) || undefined;
}

async function readPem(field: "cert" | "key", flag: string, path: string | undefined): Promise<TlsOptions> {
  const text = await readFlagFile(flag, path);
  return text === undefined ? {} : { [field]: text };
}

async function readAuthorities(path: string | undefined): Promise<TlsOptions> {
  const text = await readFlagFile("tls-ca-file", path);
  return text === undefined ? {} : { caCerts: [text] };
}

async function readFlagFile(flag: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readText(flag, path);
  if (text.trim() === "") throw usageError(`Cannot read --${flag} ${JSON.stringify(path)}: the file is empty`);
  return text;
}

async function readText(flag: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : String(error);
    throw usageError(`Cannot read --${flag} ${JSON.stringify(path)}: ${reason}`);
  }
}
