/**
 * The executor: runs task code on its thread, one task on the CPU at a time. Named by URL and imported by nobody else, for
 * it lives in a thread of its own (or, inline, beside the worker).
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { ActorLifecycle } from "../actor/actor_ref.ts";
import { methodOf } from "../actor/call_behaviour.ts";
import type { ActorModule, ActorModuleWorld, Behaviour } from "../actor/conversation.ts";
import type { Ref } from "../actor/ref.ts";
import type { ErrorHooks } from "../actor/error_data.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { unreachable } from "../base/assert.ts";
import { describe, troupeError } from "../base/errors.ts";
import { runningTask } from "../client/defaults.ts";
import { programStack } from "../client/program_frames.ts";
import { runInTask } from "../client/task_storage.ts";
import { unpackArguments } from "../client/unpack_arguments.ts";
import type { AnyFunction } from "../code/captured_function.ts";
import { whenLoaded } from "../code/loading.ts";
import { UnitTable } from "../code/unit_table.ts";
import type { RevivedCode } from "../code/revived_code.ts";
import { CONSTANT } from "../protocol/define_function.ts";
import { executorInbox, workerInbox, type WorkerMail } from "../protocol/inboxes.ts";
import { isHole, type Packed, type PackedArg } from "../protocol/packed.ts";
import { RunBoard } from "../protocol/run_board.ts";
import type { FunctionHash, TaskKey } from "../protocol/task.ts";
import type { ExecuteMessage, ExecutorToWorker, WorkerToExecutor } from "../protocol/worker_executor.ts";
import type { StoreReply } from "../protocol/worker_peer.ts";
import { unpackValue } from "../wire/value_codec.ts";
import { ActorHost } from "./actor_host.ts";
import { type ExecutorArgs, parseExecutorArgs } from "./executor_args.ts";
import { ExecutorLoop } from "./executor_loop.ts";
import { iteratorOf } from "./opened_stream.ts";
import { PrintBudget } from "./print_budget.ts";
import { RunContext } from "./run_context.ts";
import { packResultOf, resultTypeName } from "./result_packing.ts";
import { returned, threw } from "./run_outcome.ts";
import { TaskClient } from "./task_client.ts";
import { TaskRun } from "./task_run.ts";

/** Longest time that a frame waits while one run follows the other. */
const FLUSH_MS = 1;

/** Time from a thread's start to its loading of what tasks submit with: the first result shall not wait for that. */
const LOAD_AHEAD_MS = 100;

/** A function and what to call it with. */
interface PreparedCall {
  readonly fn: AnyFunction;
  readonly args: readonly unknown[];
}

/** Runs the tasks of one executor. */
class ExecutorActor implements Behaviour<readonly WorkerToExecutor[]> {
  readonly #core: SystemCore;
  readonly #args: ExecutorArgs;
  readonly #worker: Ref<WorkerMail, StoreReply>;
  readonly #board: RunBoard;
  readonly #functions = new UnitTable();
  readonly #client: TaskClient;
  readonly #loop: ExecutorLoop;
  /** Actors that live here. */
  readonly #actors: ActorHost;
  /** The limit of the thread's heap now; 0 inline, where there is none. */
  #heapLimitBytes: () => number = () => 0;
  readonly #printBudget: PrintBudget;
  readonly #errorHooks: ErrorHooks;
  /** The run that began last: what nobody else can be told of goes to its audience. */
  #latest: ExecuteMessage | undefined;
  /** What was said since the last flush. */
  #outbox: ExecutorToWorker[] = [];

  constructor(core: SystemCore, args: ExecutorArgs) {
    this.#core = core;
    this.#args = args;
    this.#worker = core.ref(args.workerId, workerInbox);
    this.#board = new RunBoard(args.board);
    this.#client = new TaskClient(core, args);
    this.#errorHooks = {
      special: { write: (value) => this.#client.write(value, "return error") },
      trimStack: programStack,
    };
    this.#printBudget = new PrintBudget(core.world.clock, core.world.limits.printedCharsPerSecondMax);
    this.#loop = new ExecutorLoop({
      clock: core.world.clock,
      schedule: (turn) => void setImmediate(turn),
      begin: (run) => this.#board.begin(run.message.cell, run.runId),
      execute: (run) => this.#execute(run),
      announce: (run) => this.#say({ type: "started", runIds: [run.runId] }),
      suspended: (run) => this.#say({ type: "suspended", runId: run.runId }),
      resumed: (run) => this.#say({ type: "resumed", runId: run.runId }),
    });
    this.#actors = new ActorHost({
      core,
      begin: (run) => this.#loop.enter(run),
      call: (run, actor) => this.#callActor(run, actor),
      give: async (run, make) => {
        try {
          this.#succeeded(run, await make());
        } catch (error) {
          this.#failed(run, error);
        }
      },
      failed: (run, error) => this.#failed(run, error),
      ended: (key, reason) => this.#say({ type: "actor-ended", key, reason }),
    });
  }

  async start(): Promise<void> {
    await this.#client.prepare();
    if (!this.#args.ownsThread) return;
    this.#core.setPace((flush) => this.#flushLater(flush));
    // Not for inline executors, whose prints need no way to go: its modules would triple their cold start.
    const { takeThread } = await import("./own_thread.ts");
    this.#heapLimitBytes = takeThread({
      printed: (stream, text) => this.#printed(stream, text),
      strayError: (thrown) => this.#strayError(thrown),
    });
    this.#core.world.clock.after(LOAD_AHEAD_MS, () => {
      this.#client.load().catch(() => {
        // The first task that needs it says what is wrong.
      });
    });
    // Unasked, before any task: a later pong with a higher limit tells of a task that ran out of memory.
    this.#pong(0);
  }

  receive(messages: readonly WorkerToExecutor[]): void {
    for (const message of messages) this.#receiveOne(message);
  }

  async stop(): Promise<void> {
    this.#loop.close();
    await this.#actors.close();
    await this.#client.close();
  }

  #receiveOne(message: WorkerToExecutor): void {
    switch (message.type) {
      case "define-function":
        return this.#functions.define(message);
      case "forget-functions":
        return this.#functions.forget(message.hashes);
      case "execute":
        return this.#add(new TaskRun(message));
      case "end-actor":
        return this.#actors.end(message.key);
      case "cancel":
        return this.#cancel(message.runId, message.reason);
      case "ping":
        return this.#pong(message.pingId);
      default:
        return unreachable(message);
    }
  }

  #add(run: TaskRun): void {
    this.#loop.add(run);
    if (run.message.actor?.type === "call") this.#actors.call(run);
  }

  #pong(pingId: number): void {
    this.#say({ type: "pong", pingId, heapLimitBytes: this.#heapLimitBytes(), runIds: this.#loop.runIds });
  }

  #cancel(runId: number, reason: string): void {
    const run = this.#loop.run(runId);
    if (run === undefined) return;
    if (this.#loop.drop(run)) return this.#say({ type: "stopped", runId });
    const message = `Cannot go on with task ${describe(run.message.key)}: it was cancelled${reason && `: ${reason}`}`;
    run.endWith({ type: "cancelled", error: troupeError("task/cancelled", message) });
    this.#actors.cancelled(run);
  }

  /** Runs a task from its first line on; called in a turn of its own kind, see the loop. */
  #execute(run: TaskRun): void {
    const { message } = run;
    this.#latest = message;
    if (message.fn === CONSTANT) return this.#gave(run, message.args[0]);
    if (message.actor !== undefined && !this.#client.knowsActors) {
      this.#client.loadActors().then(() => this.#execute(run), (error) => this.#failed(run, error));
      return;
    }
    try {
      this.#limitTime(run);
      const code = this.#code(message.fn);
      if (code instanceof Promise) {
        code.then((loaded) => this.#prepare(run, loaded), (error) => this.#failed(run, error));
      } else this.#prepare(run, code);
    } catch (error) {
      this.#failed(run, error);
    }
  }

  /** Makes the function and its arguments, at once unless they need modules. */
  #prepare(run: TaskRun, code: RevivedCode): void {
    const context = new RunContext(run, this.#args.worker, this.#loop, this.#client);
    try {
      // Making a class runs code of the task's.
      const call = runInTask(context, () => whenLoaded(() => this.#callOf(run.message, code)));
      if (call instanceof Promise) {
        call.then((loaded) => this.#call(run, context, loaded), (error) => this.#failed(run, error));
      } else this.#call(run, context, call);
    } catch (error) {
      this.#failed(run, error);
    }
  }

  /** The values of the function's variables are the first argument. */
  #callOf(message: ExecuteMessage, code: RevivedCode): PreparedCall {
    if (!code.hasEnvironment) {
      return { fn: code.make(undefined, this.#client), args: this.#arguments(message, message.args) };
    }
    const [first, ...args] = message.args;
    const environment = isHole(first) ? message.inputs[first[0]] : first;
    return { fn: code.make(environment, this.#client), args: this.#arguments(message, args) };
  }

  #call(run: TaskRun, context: RunContext, { fn, args }: PreparedCall): void {
    // It may have ended, or been told to, while its module was imported.
    if (run.status === "ended") return;
    if (run.endReason !== undefined) return this.#failed(run, run.endReason.error);
    if (run.message.actor?.type === "make") return this.#makeActor(run, context, fn, args);
    try {
      const result = runInTask(context, () => fn(...args as never[]));
      if (isThenable(result)) {
        Promise.resolve(result).then((value) => this.#succeeded(run, value), (error) => this.#failed(run, error));
      } else this.#succeeded(run, result);
    } catch (error) {
      this.#failed(run, error);
    }
  }

  #makeActor(run: TaskRun, context: RunContext, type: AnyFunction, args: readonly unknown[]): void {
    const create = () => Reflect.construct(type, args) as ActorLifecycle; // the client has checked the class
    const made = this.#actors.make(run, create, (code) => runInTask(context, code));
    made.then(() => this.#actorMade(run), (error) => this.#failed(run, error));
  }

  #actorMade(run: TaskRun): void {
    // It was cancelled meanwhile: nobody else would end it.
    if (run.endReason !== undefined) this.#actors.end(run.message.key);
    this.#succeeded(run, undefined);
  }

  /** Calls a method. Sooner or later all that it waits for is over, or the actor is. */
  #callActor(run: TaskRun, actor: ActorLifecycle): void | Promise<void> {
    const { message } = run;
    this.#latest = message;
    const context = new RunContext(run, this.#args.worker, this.#loop, this.#client);
    try {
      const result = runInTask(context, () => {
        const args = whenLoaded(() => this.#arguments(message, message.args));
        return args instanceof Promise ? args.then((loaded) => callMethod(actor, loaded)) : callMethod(actor, args);
      });
      if (!isThenable(result)) return this.#replied(run, result);
      return Promise.resolve(result).then((value) => this.#replied(run, value), (error) => this.#failed(run, error));
    } catch (error) {
      this.#failed(run, error);
    }
  }

  #replied(run: TaskRun, value: unknown): void {
    // Of a run that was cancelled nobody will ever leave it.
    const isWanted = run.status !== "ended" && run.endReason === undefined;
    const iterator = isWanted ? iteratorOf(value) : undefined;
    this.#succeeded(run, iterator === undefined ? value : this.#actors.open(run, iterator));
  }

  #code(hash: FunctionHash): RevivedCode | Promise<RevivedCode> {
    const defined = this.#functions.get(hash);
    if (defined === undefined) {
      throw troupeError("wire/malformed", `Cannot run task: function ${describe(hash)} is unknown`);
    }
    return this.#client.revive(hash, defined);
  }

  #arguments(message: ExecuteMessage, args: ExecuteMessage["args"]): unknown[] {
    const input = (index: number) => this.#unpack(message.inputs[index]);
    return unpackArguments(args, input, (tag, payload) => this.#client.read(tag, payload));
  }

  #unpack(packed: Packed): unknown {
    if (typeof packed !== "object" || packed === null) return packed;
    return unpackValue(packed, { special: { read: (tag, payload) => this.#client.read(tag, payload) } });
  }

  /** Signals a run that takes longer than it may; the worker ends the executor of one that ignores it. */
  #limitTime(run: TaskRun): void {
    const { timeoutMs, key } = run.message;
    if (timeoutMs === undefined) return;
    run.timer = this.#core.world.clock.after(timeoutMs, () => {
      const error = troupeError("task/timeout", `Cannot finish task ${describe(key)} within ${timeoutMs} ms`);
      run.endWith({ type: "timeout", error });
    });
  }

  #succeeded(run: TaskRun, value: unknown): void {
    if (!this.#ended(run)) return;
    const { key } = run.message;
    const { besideBytesMin } = this.#core.world.limits;
    const pack = () => packResultOf(key, value, this.#client, besideBytesMin);
    this.#sayEnd(key, () => returned(run, value, resultTypeName(value), pack));
  }

  /** A value that goes on as it came: only those who take it can read it. */
  #gave(run: TaskRun, value: PackedArg): void {
    if (isHole(value) || !this.#ended(run)) return;
    this.#sayEnd(run.message.key, () => returned(run, value, "value", () => value));
  }

  #failed(run: TaskRun, thrown: unknown): void {
    if (this.#ended(run)) this.#sayEnd(run.message.key, () => threw(run, thrown, this.#errorHooks));
  }

  /** Says how a run ended: at once, unless that needs what is not loaded yet. */
  #sayEnd(key: TaskKey, make: () => ExecutorToWorker): void {
    const say = (message: ExecutorToWorker) => {
      this.#say(message);
      if (message.type === "finished") this.#client.finishedHere(key, message);
    };
    const message = this.#client.complete(make);
    if (message instanceof Promise) void message.then(say);
    else say(message);
  }

  /** The end of a run, told once. */
  #ended(run: TaskRun): boolean {
    if (run.status === "ended") return false;
    run.timer?.cancel();
    // Before the end is told: what it gives up is heard first.
    run.endWaits();
    this.#loop.ended(run);
    return true;
  }

  /** An error that no task caught: that of the task that has the thread, as far as anyone can tell. */
  #strayError(thrown: unknown): void {
    const run = this.#loop.active;
    if (run !== undefined) return this.#failed(run, thrown);
    this.#printed("err", `Uncaught (after its task had ended): ${describe(thrown)}\n`);
  }

  #printed(stream: "out" | "err", text: string): void {
    const task = runningTask();
    const run = task instanceof RunContext ? task : this.#loop.active?.message ?? this.#latest;
    if (run === undefined) return; // no task ever ran here: nobody's
    const passed = this.#printBudget.take(text);
    if (passed === "") return;
    this.#say({ type: "printed", clientId: run.clientId, key: run.key, stream, text: passed });
  }

  /**
   * Frames of an executor leave when its thread turns to something else, or after a millisecond: of many short runs in a row
   * one frame tells, where each microtask had its own.
   */
  #flushLater(flush: () => void): void {
    // Nothing else is due: a lone result must not wait for a turn of the event loop.
    if (!this.#loop.isBusy) return queueMicrotask(flush);
    const { clock } = this.#core.world;
    const latestMs = clock.nowMs() + FLUSH_MS;
    const attempt = () => {
      if (this.#loop.isBusy && clock.nowMs() < latestMs) setImmediate(attempt);
      else flush();
    };
    setImmediate(attempt);
  }

  #say(message: ExecutorToWorker): void {
    if (this.#outbox.length === 0) queueMicrotask(this.#flush);
    this.#outbox.push(message);
  }

  #flush = (): void => {
    const messages = this.#outbox;
    this.#outbox = [];
    this.#worker.tell({ type: "from-executor", executorId: this.#args.executorId, messages });
  };
}

/** Calls the method that the first argument names. */
function callMethod(actor: ActorLifecycle, [name, ...args]: readonly unknown[]): unknown {
  return Reflect.apply(methodOf(actor, String(name)), actor, args);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** How a host starts an executor. */
export const executorActor: ActorModule<readonly WorkerToExecutor[]> = {
  conversation: executorInbox,
  create: (args: unknown, world: ActorModuleWorld): Behaviour<readonly WorkerToExecutor[]> =>
    new ExecutorActor(world.system as SystemCore, parseExecutorArgs(args)),
};
