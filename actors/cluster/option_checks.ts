/** Checks of options that several parts of a cluster share. Each throws `input/invalid` in the name of an action. @module */
import { describe, troupeError } from "../base/errors.ts";
import { systemRandom } from "../base/random.ts";

/** Throws for an option that there is not: a typing error must not be silent. */
export function checkOptionNames(action: string, options: unknown, names: ReadonlySet<string>): void {
  if (typeof options !== "object" || options === null) {
    throw troupeError("input/invalid", `Cannot ${action}: ${describe(options)} is no options object`);
  }
  for (const name of Object.keys(options)) {
    if (names.has(name)) continue;
    throw troupeError("input/invalid", `Cannot ${action}: there is no option ${describe(name)}`, {
      hint: `Options are ${[...names].join(", ")}`,
      details: { option: name },
    });
  }
}

/** A whole number from `least` up. */
export function checkWhole(action: string, name: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw invalidOption(action, name, value, `expected a whole number from ${least} up`);
}

/** A time in milliseconds above 0; undefined when it was left out. */
export function checkDurationMs(action: string, name: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === "number" && value > 0)) return value;
  throw invalidOption(action, name, value, "expected milliseconds above 0");
}

/** One of these words. */
export function checkChoice<T extends string>(action: string, name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw invalidOption(action, name, value, `expected ${choices.map((choice) => `"${choice}"`).join(" or ")}`);
}

/** Abstract resources: amounts by name. */
export function checkResources(action: string, resources: unknown): Readonly<Record<string, number>> {
  if (resources === undefined) return {};
  if (typeof resources !== "object" || resources === null) {
    throw invalidOption(action, "resources", resources, "expected an object");
  }
  for (const [name, amount] of Object.entries(resources)) {
    if (typeof amount !== "number" || !(amount >= 0) || !Number.isFinite(amount)) {
      throw invalidOption(action, `resources.${name}`, amount, "expected an amount");
    }
  }
  return { ...resources };
}

/** The refusal of an option. */
export function invalidOption(action: string, name: string, value: unknown, why: string): Error {
  return troupeError("input/invalid", `Cannot ${action}: ${name} is ${describe(value)}, ${why}`, {
    details: { option: name },
  });
}

/** The machine's memory in bytes, or a large guess where we may not ask. */
export function machineMemoryBytes(): number {
  if (Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" }).state !== "granted") return 8 * 1024 ** 3;
  return Deno.systemMemoryInfo().total;
}

/** A name that nobody else has: `worker-k3f9x2`. */
export function freshName(kind: string): string {
  return `${kind}-${systemRandom.text(6)}`;
}
