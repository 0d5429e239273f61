import { Client } from "../mod.ts";
import { ACCESS_FLAGS, type AccessValues, readAccess } from "./cluster_access.ts";
import { type Command, misuse } from "./command.ts";
import { type SwitchFlag, switchFlag } from "./flag.ts";

/** Flags of the commands that work with a running cluster. */
export const CLIENT_FLAGS: typeof ACCESS_FLAGS & { readonly json: SwitchFlag } = {
  ...ACCESS_FLAGS,
  json: switchFlag("Print JSON"),
};

/** How long a scheduler may take to answer. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects to the scheduler at the address that is the first argument of a command.
 *
 * @throws `input/invalid` without an address; `client/unreachable`, `client/refused`.
 */
export async function connectTo(command: Command, address: string | undefined, values: AccessValues): Promise<Client> {
  if (address === undefined) {
    throw misuse(command, "the scheduler's address is missing", "Give one such as tcp://127.0.0.1:8786");
  }
  const { token, tls } = await readAccess(values);
  const access = { ...token !== undefined && { token }, ...tls !== undefined && { tls } };
  return await Client.connect(address, { ...access, name: `troupe ${command.name}`, timeoutMs: CONNECT_TIMEOUT_MS });
}
