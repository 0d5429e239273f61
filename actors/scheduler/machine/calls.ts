/** Calls of actors: tasks that go where their actor is, those of one caller in order. @module */
import { describe } from "../../base/errors.ts";
import { nameOfKey } from "../../base/key_name.ts";
import type { AboutActor } from "../../protocol/cluster_actor.ts";
import type { DeathRecord } from "../../protocol/task.ts";
import { diedInHand, terminated } from "./actors.ts";
import { keepRunning } from "./claimants.ts";
import type { ActorRecord, CallRecord, ClientRecord, RunRecord, TaskRecord } from "./records.ts";
import { claim } from "./retention.ts";
import { startRun } from "./runs.ts";
import { end } from "./settle.ts";
import { type SchedulerState, wakeAt } from "./state.ts";
import { createTask, specifyCall } from "./submit.ts";
import { QUEUED, WAITING } from "./transitions.ts";

/** Calls of one actor that may be on their way to it: enough to keep it busy, and few are lost with its worker. */
const CALLS_IN_HAND_MAX = 128;

type CallMessage = Extract<AboutActor, { type: "call-actor" }>;

/** A client calls an actor. The call goes on though its reply may be wanted by nobody. */
export function callActor(state: SchedulerState, client: ClientRecord, m: CallMessage): void {
  if (state.tasks.has(m.key)) return; // keys of calls are unique
  const task = createTask(state, m.key, state.everyone);
  claim(client, task);
  const made = state.tasks.get(m.actor);
  if (made?.role?.type !== "actor") {
    const error = terminated(state, m.actor, "nobody had a claim on it any more");
    return end(state, task, { type: "failed", error, worker: undefined });
  }
  const actor = made.role;
  const via = m.isTell ? undefined : caller(state, m);
  task.role = {
    ...{ type: "call", actor, caller: `${client.id} ${m.caller}`, number: ++actor.lastCall, inputs: m.deps, via },
  };
  const cycle = actor.isReentrant ? undefined : cycleOf(actor, via);
  if (cycle !== undefined) return failCycle(state, task, cycle);
  if (made.fate !== undefined) return end(state, task, made.fate);
  const line = actor.lines.get(task.role.caller);
  if (line === undefined) actor.lines.set(task.role.caller, [task]);
  else line.push(task);
  setDeadline(state, task, m.timeoutMs);
  specifyCall(state, client, task, made, m);
  keepRunning(state, [m.key]);
}

/** The run of an actor that makes this call, and waits for the reply. */
function caller(state: SchedulerState, m: CallMessage): RunRecord | undefined {
  const run = m.parent === undefined ? undefined : state.runs.get(m.parent);
  return run?.task?.role === undefined ? undefined : run;
}

/** The actors from this one on that wait for each other, if the chain of calls leads back to it. */
function cycleOf(target: ActorRecord, via: RunRecord | undefined): ActorRecord[] | undefined {
  const chain: ActorRecord[] = [target];
  // A link whose run has ended waits for nothing any more.
  for (let run = via; run?.task?.role !== undefined && run.task.run === run;) {
    const role: ActorRecord | CallRecord = run.task.role;
    const actor = role.type === "actor" ? role : role.actor;
    chain.unshift(actor);
    if (actor === target) return chain;
    run = role.type === "actor" ? undefined : role.via;
  }
  return undefined;
}

function failCycle(state: SchedulerState, task: TaskRecord, cycle: readonly ActorRecord[]): void {
  const names = cycle.map(({ name, task }) => name ?? nameOfKey(task.key));
  const message = `Cannot ask actor ${describe(names[0])}: it waits for the reply itself: ${names.join(" -> ")}`;
  const hint = "Use tell, which waits for no reply, or make the actor reentrant";
  const error = state.options.makeError("actor/cycle", message, hint, { cycle: names });
  end(state, task, { type: "failed", error, worker: undefined });
}

/** Sends what can be sent. Callers take turns. */
export function dispatchCalls(state: SchedulerState): void {
  const { due } = state.actors;
  if (due.size === 0) return;
  for (const actor of due) {
    const worker = actor.task.holders[0];
    for (let isSending = true; isSending;) {
      isSending = false;
      for (const [caller, line] of [...actor.lines]) {
        while (line.length > 0 && !isUnsent(line[0]!)) line.shift();
        const first = line[0];
        if (first === undefined) actor.lines.delete(caller);
        if (first?.state !== QUEUED || worker === undefined || actor.inHand >= CALLS_IN_HAND_MAX) continue;
        line.shift();
        actor.lines.delete(caller);
        if (line.length > 0) actor.lines.set(caller, line);
        startRun(state, first, worker);
        actor.inHand++;
        isSending = true;
      }
    }
  }
  due.clear();
}

function isUnsent({ state }: TaskRecord): boolean {
  return state === WAITING || state === QUEUED;
}

/** A call was given back unbegun: it takes its place in the line again. */
export function lineUpAgain({ actor, caller, number }: CallRecord, task: TaskRecord): void {
  const line = actor.lines.get(caller);
  if (line === undefined) return void actor.lines.set(caller, [task]);
  if (line.includes(task)) return;
  const index = line.findIndex(({ role }) => role?.type === "call" && role.number > number);
  line.splice(index < 0 ? line.length : index, 0, task);
}

/** A call was in hand of something that died: nobody knows whether it began. */
export function callDied(state: SchedulerState, task: TaskRecord, { actor }: CallRecord, death: DeathRecord): void {
  end(state, task, { type: "failed", error: diedInHand(state, actor, death), worker: death.worker });
}

function setDeadline(state: SchedulerState, call: TaskRecord, timeoutMs: number | undefined): void {
  if (timeoutMs === undefined) return;
  const deadline = { call, atMs: state.nowMs + timeoutMs, timeoutMs };
  state.actors.deadlines.push(deadline);
  state.actors.deadlineOf.set(call, deadline);
  wakeAt(state, deadline.atMs);
}

/** Calls that were not answered in time fail. */
export function ringDeadlines(state: SchedulerState): void {
  const { deadlines } = state.actors;
  for (let first = deadlines.peek(); first !== undefined; first = deadlines.peek()) {
    if (first.atMs > state.nowMs) return wakeAt(state, first.atMs);
    const { call, timeoutMs } = first;
    const name = describe(nameOfKey(call.key));
    const error = state.options.makeError(
      "actor/timeout",
      `Cannot ask ${name}: no reply within ${timeoutMs} ms`,
      undefined,
      {
        key: call.key,
        timeoutMs,
      },
    );
    end(state, call, { type: "failed", error, worker: undefined });
  }
}
