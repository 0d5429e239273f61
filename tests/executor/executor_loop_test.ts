import { assert, assertEquals, assertFalse, assertRejects, assertStrictEquals } from "@std/assert";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import { ExecutorLoop } from "../../actors/executor/executor_loop.ts";
import { TaskRun } from "../../actors/executor/task_run.ts";
import type { ExecuteMessage } from "../../actors/protocol/worker_executor.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { execute } from "./execute_message.ts";

/** A loop whose turns come when the test says so. */
class Rig {
  readonly clock: FakeClock = new FakeClock();
  /** Turns that are due. */
  readonly turns: (() => void)[] = [];
  /** What happened, in order: "run 1", "suspended 1", "resumed 1", "announce 1". */
  readonly log: string[] = [];
  /** Runs that were taken back. */
  readonly takenBack: Set<number> = new Set();
  /** What the runs do; they end at once by default. */
  readonly #bodies = new Map<number, (run: TaskRun) => void>();
  readonly loop: ExecutorLoop = new ExecutorLoop({
    clock: this.clock,
    schedule: (turn) => void this.turns.push(turn),
    begin: (run) => !this.takenBack.has(run.runId),
    execute: (run) => {
      this.log.push(`run ${run.runId}`);
      const body = this.#bodies.get(run.runId) ?? ((one) => this.loop.ended(one));
      body(run);
    },
    announce: (run) => this.log.push(`announce ${run.runId}`),
    suspended: (run) => this.log.push(`suspended ${run.runId}`),
    resumed: (run) => this.log.push(`resumed ${run.runId}`),
  });

  add(runId: number, changes: Partial<ExecuteMessage> = {}, body?: (run: TaskRun) => void): TaskRun {
    const run = new TaskRun(execute(runId, changes));
    if (body !== undefined) this.#bodies.set(runId, body);
    this.loop.add(run);
    return run;
  }

  /** Takes one turn, then lets promises settle. */
  async turn(): Promise<void> {
    const turn = this.turns.shift();
    assert(turn !== undefined, "no turn is due");
    turn();
    await settle();
  }

  /** Takes turns until none is due; gives what happened since the last call. */
  async rest(): Promise<string[]> {
    await settle();
    while (this.turns.length > 0) await this.turn();
    return this.log.splice(0);
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

const stay = (): void => {};

Deno.test("ExecutorLoop runs by priority, then depth, then order of arrival", async () => {
  const rig = new Rig();
  rig.add(1, { order: 3 });
  rig.add(2, { order: 2 });
  rig.add(3, { order: 9, depth: 1 });
  rig.add(4, { order: 8, user: 5 });
  rig.add(5, { order: 7, user: 5, depth: 2 });
  rig.add(6, { order: 0, user: -1, depth: 9 });
  assertEquals(await rig.rest(), ["run 5", "run 4", "run 3", "run 2", "run 1", "run 6"]);
});

Deno.test("ExecutorLoop runs one at a time, and nothing before its turn", async () => {
  const rig = new Rig();
  const first = rig.add(1, {}, stay);
  rig.add(2);
  assertEquals(rig.log, []);
  assertEquals(await rig.rest(), ["run 1"]);
  assertStrictEquals(rig.loop.active, first);
  assertEquals(rig.loop.runIds, [1, 2]);
  rig.loop.ended(first);
  assertEquals([rig.loop.active, rig.log], [undefined, []]);
  assertEquals(await rig.rest(), ["run 2"]);
  assertEquals(rig.loop.runIds, []);
});

Deno.test("ExecutorLoop shares one turn between tiny runs and gives one back after a longer run", async () => {
  const rig = new Rig();
  for (let runId = 1; runId <= 40; runId++) rig.add(runId);
  await rig.turn();
  assertEquals(rig.log.length, 40);
  assertEquals(rig.turns.length, 0);
  const long = (run: TaskRun) => {
    rig.clock.advance(50);
    rig.loop.ended(run);
  };
  rig.add(41, {}, long);
  rig.add(42, {}, long);
  await rig.turn();
  assertEquals(rig.log.slice(40), ["run 41"]);
  assertEquals(await rig.rest(), [
    ...rig.log,
    ...Array.from({ length: 40 }, (_, i) => `run ${i + 1}`),
    "run 41",
    "run 42",
  ]);
});

Deno.test("ExecutorLoop.suspend() frees the executor until the wait has settled and it is the run's turn", async () => {
  const rig = new Rig();
  const wait = Promise.withResolvers<string>();
  const got: string[] = [];
  const second = Promise.withResolvers<TaskRun>();
  const parent = rig.add(1, {}, (run) => void rig.loop.suspend(run, wait.promise).then((value) => got.push(value)));
  rig.add(2, {}, second.resolve);
  assertEquals(await rig.rest(), ["run 1", "suspended 1", "run 2"]);
  wait.resolve("outcome");
  assertEquals(await rig.rest(), []);
  assertEquals([parent.status, got], ["resumable", []]);
  rig.loop.ended(await second.promise);
  assertEquals(await rig.rest(), ["resumed 1"]);
  assertEquals([parent.status, got], ["active", ["outcome"]]);
  assertStrictEquals(rig.loop.active, parent);
});

Deno.test("ExecutorLoop.suspend() rejects in the run when the wait does, in its turn too", async () => {
  const rig = new Rig();
  let caught: unknown;
  rig.add(1, {}, (run) => {
    rig.loop.suspend(run, Promise.reject(new Error("lost"))).catch((error) => {
      caught = error;
      rig.log.push("caught");
    });
  });
  assertEquals(await rig.rest(), ["run 1", "suspended 1", "resumed 1", "caught"]);
  assertEquals(String(caught), "Error: lost");
});

Deno.test("ExecutorLoop resumes before it begins anything, and the deepest first", async () => {
  const rig = new Rig();
  const wait = Promise.withResolvers<void>();
  for (const depth of [0, 2, 1]) {
    rig.add(10 + depth, { depth }, (run) => {
      void rig.loop.suspend(run, wait.promise).then(() => rig.loop.ended(run));
    });
  }
  await rig.rest();
  const busy = rig.add(1, {}, stay);
  await rig.rest();
  rig.add(2, { depth: 9, user: 9 });
  wait.resolve();
  assertEquals(await rig.rest(), []);
  rig.loop.ended(busy);
  assertEquals(await rig.rest(), ["resumed 12", "resumed 11", "resumed 10", "run 2"]);
});

Deno.test("ExecutorLoop.suspend() of several waits resumes once, when the last has settled", async () => {
  const rig = new Rig();
  const waits = [0, 1, 2].map(() => Promise.withResolvers<number>());
  let all: number[] = [];
  const run = rig.add(1, {}, (one) => {
    void Promise.all(waits.map(({ promise }) => rig.loop.suspend(one, promise))).then((values) => {
      all = values;
      rig.loop.ended(one);
    });
  });
  assertEquals(await rig.rest(), ["run 1", "suspended 1"]);
  assertEquals(run.waits, 3);
  waits[2]!.resolve(2);
  waits[0]!.resolve(0);
  assertEquals(await rig.rest(), []);
  assertEquals(run.status, "suspended");
  waits[1]!.resolve(1);
  assertEquals(await rig.rest(), ["resumed 1"]);
  assertEquals([all, run.status, rig.loop.runIds], [[0, 1, 2], "ended", []]);
});

Deno.test("ExecutorLoop.suspend() lets a run go on with the first of several waits, and end while others are open", async () => {
  const rig = new Rig();
  const never = Promise.withResolvers<string>();
  const first = Promise.withResolvers<string>();
  const run = rig.add(1, {}, (one) => {
    const waits = [never.promise, first.promise].map((wait) => rig.loop.suspend(one, wait));
    void Promise.race(waits).then(async (value) => {
      rig.log.push(`got ${value}`);
      rig.log.push(`got ${await rig.loop.suspend(one, Promise.resolve("another"))}`);
      rig.loop.ended(one);
    });
  });
  rig.add(2);
  await rig.rest();
  first.resolve("first");
  assertEquals(await rig.rest(), ["got first", "got another"]);
  assertEquals([run.status, rig.loop.runIds, rig.loop.active], ["ended", [], undefined]);
  never.resolve("late");
  assertEquals(await rig.rest(), []);
});

Deno.test("ExecutorLoop.ended() takes a run out that was about to resume", async () => {
  const rig = new Rig();
  const wait = Promise.withResolvers<void>();
  const run = rig.add(1, {}, (one) => void rig.loop.suspend(one, wait.promise).then(() => rig.log.push("went on")));
  const busy = rig.add(2, {}, stay);
  await rig.rest();
  wait.resolve();
  await settle();
  assertEquals(run.status, "resumable");
  rig.loop.ended(run);
  rig.loop.ended(busy);
  assertEquals(await rig.rest(), []);
  assertEquals(rig.loop.runIds, []);
});

Deno.test("ExecutorLoop.ended() twice does not free the executor of another run", async () => {
  const rig = new Rig();
  const first = rig.add(1);
  const second = rig.add(2, {}, stay);
  rig.add(3);
  assertEquals(await rig.rest(), ["run 1", "run 2"]);
  rig.loop.ended(first);
  assertStrictEquals(rig.loop.active, second);
  assertEquals(await rig.rest(), []);
});

Deno.test("ExecutorLoop announces a run, and lets two turns pass before its first line", async () => {
  const rig = new Rig();
  const first = rig.add(1, { announce: true }, stay);
  rig.add(2);
  await rig.turn();
  assertEquals([rig.log, first.status], [["announce 1"], "active"]);
  await rig.turn();
  assertEquals(rig.log, ["announce 1"]);
  await rig.turn();
  assertEquals(rig.log, ["announce 1", "run 1"]);
  assertEquals(rig.turns.length, 0);
  rig.loop.ended(first);
  assertEquals(await rig.rest(), ["announce 1", "run 1", "run 2"]);
});

Deno.test("ExecutorLoop does not run an announced run that has ended before its first line", async () => {
  const rig = new Rig();
  const first = rig.add(1, { announce: true });
  rig.add(2);
  await rig.turn();
  rig.loop.ended(first);
  assertEquals(await rig.rest(), ["announce 1", "run 2"]);
});

Deno.test("ExecutorLoop.drop() takes out a run that has not begun, and no other", async () => {
  const rig = new Rig();
  const first = rig.add(1, {}, stay);
  const second = rig.add(2);
  await rig.rest();
  assertFalse(rig.loop.drop(first));
  assert(rig.loop.drop(second));
  assertFalse(rig.loop.drop(second));
  assertEquals([second.status, rig.loop.run(2), rig.loop.runIds], ["ended", undefined, [1]]);
  rig.loop.ended(first);
  assertEquals(await rig.rest(), []);
});

Deno.test("ExecutorLoop skips a run that was taken back", async () => {
  const rig = new Rig();
  const run = rig.add(1);
  rig.add(2);
  rig.takenBack.add(1);
  assertEquals(await rig.rest(), ["run 2"]);
  assertEquals([run.status, rig.loop.runIds], ["ended", []]);
});

Deno.test("ExecutorLoop counts the time in which a run has the executor, waits left out", async () => {
  const rig = new Rig();
  const wait = Promise.withResolvers<void>();
  const run = rig.add(1, {}, (one) => {
    rig.clock.advance(5);
    void rig.loop.suspend(one, wait.promise);
  });
  await rig.rest();
  rig.clock.advance(1_000);
  wait.resolve();
  await rig.rest();
  rig.clock.advance(7);
  rig.loop.ended(run);
  assertEquals(run.durationMs, 12);
});

Deno.test("ExecutorLoop.close() begins nothing any more, and lets what has begun end", async () => {
  const rig = new Rig();
  const wait = Promise.withResolvers<void>();
  const run = rig.add(1, {}, (one) => void rig.loop.suspend(one, wait.promise).then(() => rig.loop.ended(one)));
  await rig.rest();
  const queued = rig.add(2);
  rig.loop.close();
  rig.add(3);
  wait.resolve();
  assertEquals(await rig.rest(), ["resumed 1"]);
  assertEquals([run.status, queued.status, rig.loop.runIds], ["ended", "ended", []]);
});

Deno.test("ExecutorLoop never has two runs at once and never loses one, whatever they wait for", async () => {
  for (let seed = 1; seed <= 60; seed++) await assertAllEnd(seed);
});

/** Runs that wait for each other's ends and for outside, all or the first of several, until all have ended. */
async function assertAllEnd(seed: number): Promise<void> {
  const rig = new Rig();
  const random = seededRandom(seed);
  const runs: TaskRun[] = [];
  const outside: (() => void)[] = [];
  const ends = new Map<number, Promise<void>>();
  const add = (runId: number, depth: number): void => {
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.set(runId, promise);
    const waits = (run: TaskRun): Promise<void>[] =>
      Array.from({ length: 1 + Math.floor(random.next() * 3) }, (_, i) => {
        if (random.next() < 0.5 && runs.length < 60) {
          const child = runs.length + 1;
          add(child, depth + 1);
          return rig.loop.suspend(run, ends.get(child)!);
        }
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        outside.push(i % 3 === 2 ? () => reject(new Error("no")) : resolve);
        return rig.loop.suspend(run, promise);
      });
    const body = async (run: TaskRun): Promise<void> => {
      for (let step = 0; step < 2; step++) {
        const open = waits(run);
        if (random.next() < 0.7) {
          await Promise.allSettled(open);
          if (run.waits === 0) assertStrictEquals(rig.loop.active, run, `seed ${seed}`);
        } else await Promise.race(open).catch(() => {});
        for (const wait of open) wait.catch(() => {});
      }
      rig.loop.ended(run);
      resolve();
    };
    runs.push(rig.add(runId, { depth, announce: random.next() < 0.2 }, (run) => void body(run)));
  };
  for (let runId = 1; runId <= 5; runId++) add(runId, 0);
  for (let i = 0; i < 10_000 && runs.some((run) => run.status !== "ended"); i++) await oneThing(rig, outside, random);
  assertEquals(runs.filter((run) => run.status !== "ended").length, 0, `seed ${seed}`);
  assertEquals([rig.loop.runIds, rig.loop.active], [[], undefined]);
}

async function oneThing(rig: Rig, outside: (() => void)[], random: Random): Promise<void> {
  if (rig.turns.length > 0 && random.next() < 0.7) await rig.turn();
  else if (outside.length > 0) outside.splice(Math.floor(random.next() * outside.length), 1)[0]!();
  await settle();
}

Deno.test("ExecutorLoop.suspend() after the end of the run settles as the wait does", async () => {
  const rig = new Rig();
  const run = rig.add(1);
  await rig.rest();
  assertEquals(await rig.loop.suspend(run, Promise.resolve(7)), 7);
  await assertRejects(() => rig.loop.suspend(run, Promise.reject(new Error("late"))), Error, "late");
  assertEquals([rig.log, rig.turns.length], [[], 0]);
});

Deno.test("ExecutorLoop lets what runs aside go on at once after a wait, beside the active run", async () => {
  const rig = new Rig();
  const wait = Promise.withResolvers<void>();
  rig.add(1, {}, stay);
  assertEquals(await rig.rest(), ["run 1"]);
  const goneOn = Promise.withResolvers<void>();
  rig.add(2, { isAside: true }, (run) => void rig.loop.suspend(run, wait.promise).then(goneOn.resolve));
  assertEquals(await rig.rest(), ["announce 2", "run 2"]);
  wait.resolve();
  await goneOn.promise;
  assertEquals([rig.loop.active?.runId, await rig.rest()], [1, []]);
});
