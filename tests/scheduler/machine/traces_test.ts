/**
 * Golden traces: each file in `tests/scheduler/traces/` is a play. A block is a command, `----`, and what the machine
 * answered, one line per message. After a wanted change: `REWRITE_TRACES=1 deno test -A tests/scheduler/machine/traces_test.ts`,
 * then read the diff: commit it only if every changed line is understood and desired.
 *
 * Commands, one per line, all in one step time: `client ID`, `worker ID [threads]`, `submit CLIENT KEY [DEP...]`,
 * `release|cancel|retry CLIENT KEY...`, `started|finish|fail|stopped|suspend|resume WORKER KEY`, `scatter CLIENT KEY`,
 * `stored WORKER KEY`, `drop WORKER`, `leave CLIENT`, `pass MS`.
 */
import { assertEquals } from "@std/assert";
import type { SchedulerEffect } from "../../../actors/scheduler/machine/effect.ts";
import { failed, finished, MachineWorld } from "./machine_world.ts";

const FOLDER = new URL("../traces/", import.meta.url);
const isRewriting = Deno.env.get("REWRITE_TRACES") === "1";

for (const file of [...Deno.readDirSync(FOLDER)].map((entry) => entry.name).sort()) {
  Deno.test(`step() plays the trace ${file}`, () => {
    const url = new URL(file, FOLDER);
    const golden = Deno.readTextFileSync(url);
    const played = play(golden);
    if (isRewriting) Deno.writeTextFileSync(url, played);
    else assertEquals(played, golden);
  });
}

function play(golden: string): string {
  const world = new MachineWorld();
  const blocks = golden.split("\n\n").map((block) => block.trimEnd()).filter((block) => block !== "");
  const played = blocks.map((block) => {
    if (block.startsWith("#")) return block;
    const commands = block.split("\n----")[0]!;
    const lines = commands.split("\n").flatMap((command) => run(world, command.split(" ")));
    return [commands, "----", ...lines].join("\n");
  });
  return `${played.join("\n\n")}\n`;
}

function run(world: MachineWorld, [verb, id = "", ...rest]: string[]): string[] {
  world.effects = [];
  const key = rest[0] ?? "";
  switch (verb) {
    case "client":
      world.addClient(id);
      break;
    case "worker":
      world.addWorker(id, Number(rest[0] ?? 1));
      break;
    case "submit":
      world.submit(key, { deps: rest.slice(1) }, id);
      break;
    case "release":
      world.client(id, { type: "release", keys: rest });
      break;
    case "cancel":
      world.client(id, { type: "cancel", ackId: 1, keys: rest, force: false, reason: "enough" });
      break;
    case "retry":
      world.client(id, { type: "retry", ackId: 1, keys: rest });
      break;
    case "scatter":
      world.client(id, { type: "scatter", ackId: 1, keys: rest, bytes: [8], copies: 0, workers: undefined });
      break;
    case "drop":
      world.dropWorker(id);
      break;
    case "leave":
      world.step({ type: "client-left", atMs: world.nowMs, clientId: id, reason: "gone" });
      break;
    case "pass":
      world.advance(Number(id));
      break;
    default:
      report(world, verb ?? "", id, key);
  }
  return world.effects.flatMap(show);
}

function report(world: MachineWorld, verb: string, worker: string, key: string): void {
  const { runId } = verb === "stored" ? { runId: 0 } : world.run(key, worker);
  switch (verb) {
    case "started":
      return world.worker(worker, { type: "started", runIds: [runId] });
    case "finish":
      return world.worker(worker, finished(runId));
    case "fail":
      return world.worker(worker, failed(runId));
    case "stopped":
      return world.worker(worker, { type: "stopped", runId });
    case "suspend":
      return world.worker(worker, { type: "suspended", runId });
    case "resume":
      return world.worker(worker, { type: "resumed", runId });
    case "stored":
      return world.worker(worker, { type: "stored", key, bytes: 8, valueType: "string" });
    default:
      throw new Error(`Unknown command: ${verb}`);
  }
}

function show(effect: SchedulerEffect): string[] {
  if (effect.type === "tell-client") return effect.messages.map((m) => `-> ${effect.clientId}: ${line(m)}`);
  if (effect.type === "tell-worker") return effect.messages.map((m) => `-> ${effect.workerId}: ${line(m)}`);
  if (effect.type === "wake") return [`wake at ${effect.atMs}`];
  return [];
}

function line(message: { readonly type: string }): string {
  const shown = Object.entries(message).filter(([name, value]) => SHOWN.has(name) && value !== undefined);
  return [message.type, ...shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}

/** The fields that matter in a play. */
const SHOWN = new Set([
  "key",
  "keys",
  "runId",
  "runIds",
  "deps",
  "holders",
  "attempt",
  "announce",
  "reason",
  "workers",
]);
