/** What every conversation must do: its messages arrive unchanged however they travel, and nothing else gets in. */
import { assert, assertEquals } from "@std/assert";
import { describe, TroupeError } from "../../actors/base/errors.ts";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import { decodeMessage, encodeMessage } from "../../actors/wire/message_codec.ts";

/** How the messages of one conversation travel. */
export interface Journey<M> {
  readonly pack: (message: M) => unknown;
  readonly parse: (data: unknown) => M;
}

/** Mutated tuples per message. */
const MUTANTS_PER_MESSAGE = 50;
/** Values that stand where another kind is expected. */
const STRANGERS: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 0.5, NaN, Infinity, 2 ** 60, 3n, "", "out", "__proto__", [], [[]], [-1], [0.5]],
  ...[[undefined], [null, 1], {}, { length: 3 }, new Uint8Array(2), [new Uint8Array(1)], [new Uint8Array(1), 1]],
];

/** A message over a socket, with byte arrays of this size beside the head. */
export function overSocket(data: unknown, besideBytesMin: number): unknown {
  const { head, buffers } = encodeMessage(data, besideBytesMin);
  return decodeMessage({ head: head.slice(), buffers: buffers.map((buffer) => buffer.slice()) });
}

/** Checks that every message arrives as it was sent: handed over, cloned, and as bytes. */
export function assertArrives<M>({ pack, parse }: Journey<M>, messages: readonly M[]): void {
  for (const message of messages) {
    const data = pack(message);
    for (const arrived of [data, structuredClone(data), overSocket(data, 1), overSocket(data, 1e9)]) {
      assertEquals(parse(arrived), message);
    }
  }
}

/**
 * Checks that a tuple changed at random is either read, and then travels on as what was read, or refused with
 * `wire/malformed`. Of the mutants some must be refused, or nothing was looked at.
 */
export function assertNothingElse<M>({ pack, parse }: Journey<M>, messages: readonly M[], seed: number): void {
  const random = seededRandom(seed);
  let refusedCount = 0;
  for (const message of messages) {
    for (let i = 0; i < MUTANTS_PER_MESSAGE; i++) {
      const mutant = mutated(structuredClone(pack(message)), random);
      if (!readsOrRefuses({ pack, parse }, mutant)) refusedCount++;
    }
  }
  for (const stranger of STRANGERS) {
    if (!readsOrRefuses({ pack, parse }, stranger)) refusedCount++;
    if (!readsOrRefuses({ pack, parse }, [stranger, stranger, stranger])) refusedCount++;
  }
  assert(refusedCount > messages.length * MUTANTS_PER_MESSAGE / 10, `only ${refusedCount} mutants were refused`);
}

function readsOrRefuses<M>({ pack, parse }: Journey<M>, data: unknown): boolean {
  let message: M;
  try {
    message = parse(data);
  } catch (error) {
    assert(TroupeError.is(error, "wire/malformed"), `${describe(data)} made ${describe(error)}`);
    return false;
  }
  assertEquals(parse(pack(message)), message);
  return true;
}

function mutated(data: unknown, random: Random): unknown {
  if (!Array.isArray(data) || data.length === 0 || random.next() < 0.05) return pick(STRANGERS, random);
  const index = Math.floor(random.next() * data.length);
  const choice = random.next();
  if (choice < 0.5) data[index] = mutated(data[index], random);
  else if (choice < 0.65) data.splice(index, 1);
  else if (choice < 0.75) data.splice(index, 0, pick(STRANGERS, random));
  else if (choice < 0.8) data.length = index;
  else if (choice < 0.85) data[0] = Math.floor(random.next() * 18);
  else data[index] = pick(STRANGERS, random);
  return data;
}

function pick<T>(items: readonly T[], random: Random): T {
  return structuredClone(items[Math.floor(random.next() * items.length)]!);
}
