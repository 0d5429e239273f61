/** The state of scheduler and workers as a file, for whoever wants to know later why something happened. @module */
import type { ValueMap, ValueType } from "@std/msgpack";
import { asError, describe, troupeError } from "../base/errors.ts";
import type { Session } from "./session.ts";
import { waitFor } from "./waiting.ts";

/** Writes the state: MessagePack, or JSON when the name ends in `.json`. */
export async function dumpState(session: Session, path: string | URL): Promise<void> {
  if (!(path instanceof URL) && (typeof path !== "string" || path === "")) {
    throw troupeError("input/invalid", `Cannot dump state: ${describe(path)} is no path`, {
      hint: 'Give the name of a file: "state.msgpack", or "state.json" for JSON',
    });
  }
  session.assertOpen("dump state");
  const state = await waitFor(session, undefined, "dump state", () => readState(session));
  const isJson = (path instanceof URL ? path.pathname : path).endsWith(".json");
  await (isJson ? Deno.writeTextFile(path, `${JSON.stringify(state, undefined, 2)}\n`) : writeMessagePack(path, state));
}

async function writeMessagePack(path: string | URL, state: ValueMap): Promise<void> {
  const { encode } = await import("@std/msgpack");
  await Deno.writeFile(path, encode(state));
}

async function readState(session: Session): Promise<ValueMap> {
  const answer = await session.ask((ackId) => ({ type: "query", ackId, what: "state", about: [] }));
  const scheduler = plain(answer.type === "answer" ? answer.value : undefined);
  const ids = workerIds(scheduler);
  const states = await Promise.all(ids.map((id) => readWorker(session, id)));
  return { format: 1, scheduler, workers: Object.fromEntries(ids.map((id, index) => [id, states[index] ?? null])) };
}

/** A worker that cannot be asked is no reason to have no dump: that it cannot is part of the state. */
async function readWorker(session: Session, id: string): Promise<ValueType> {
  try {
    return plain(await session.world.describe(id));
  } catch (error) {
    return { unreachable: asError(error).message };
  }
}

/** As JSON has it, so that both formats hold the same. */
function plain(value: unknown): ValueType {
  return JSON.parse(JSON.stringify(value ?? null)) as ValueType; // what JSON has, MessagePack has
}

function workerIds(scheduler: unknown): string[] {
  const workers: unknown = typeof scheduler === "object" && scheduler !== null && Reflect.get(scheduler, "workers");
  if (!Array.isArray(workers)) return [];
  return workers.map((worker: unknown) => String(Reflect.get(Object(worker), "id")));
}
