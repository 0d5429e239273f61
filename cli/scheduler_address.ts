import { type Command, misuse } from "./command.ts";
import { SchedulerFile } from "./scheduler_file.ts";

/** Where an address may come from besides the command line; `Client.connect()` reads it, too. */
export const ADDRESS_VARIABLE = "TROUPE_SCHEDULER_ADDRESS";

/** What was said about the scheduler's address. */
export interface AddressSources {
  /** On the command line. */
  readonly address: string | undefined;
  /** `--scheduler-file`. */
  readonly file: string | undefined;
}

/**
 * The scheduler's address: as given, else out of the file once it is there, else `$TROUPE_SCHEDULER_ADDRESS`.
 *
 * @throws `input/invalid` when nobody says it; the signal's reason when aborted.
 */
export async function findAddress(command: Command, sources: AddressSources, signal: AbortSignal): Promise<string> {
  if (sources.address !== undefined && sources.file !== undefined) {
    throw misuse(command, "both an address and --scheduler-file are given", "Give one");
  }
  if (sources.address !== undefined) return sources.address;
  if (sources.file !== undefined) return await SchedulerFile.awaitAddress(sources.file, signal);
  const address = Deno.env.get(ADDRESS_VARIABLE) ?? "";
  if (address !== "") return address;
  throw misuse(command, "the scheduler's address is missing", "Give one such as tcp://127.0.0.1:8786");
}
