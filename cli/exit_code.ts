/** Exit codes of the command line; what ends by a signal exits with 128 and its number. */
export const EXIT = { ok: 0, failed: 1, badUsage: 2, interrupted: 130 } as const;
