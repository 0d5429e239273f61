import { assert, assertEquals } from "@std/assert";
import type { ActorAddress } from "../../actors/actor/actor_address.ts";
import type { AskOutcome } from "../../actors/actor/ask_outcome.ts";
import { Cell, type CellOptions } from "../../actors/actor/cell.ts";
import type { Behaviour, BehaviourContext } from "../../actors/actor/conversation.ts";
import { DEFAULT_SUPERVISION } from "../../actors/actor/supervision.ts";
import { Turns } from "../../actors/actor/turns.ts";
import { TroupeError } from "../../actors/base/errors.ts";
import { failsWith } from "../support/codes.ts";
import { settled, textConversation } from "../support/cores.ts";
import { FakeClock } from "../support/fake_clock.ts";

const ADDRESS: ActorAddress = { system: "s", actor: "a", contact: "" };

/** A cell with everything it says in one log; its behaviour logs, too. */
class Rig {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  /** Opens the handler of each message "wait". */
  gate = Promise.withResolvers<void>();
  /** What the next starts throw. */
  startFailures: Error[] = [];
  context: BehaviourContext | undefined;
  readonly cell: Cell<string, string>;
  #incarnations = 0;

  constructor(changes: Partial<CellOptions<string, string>> = {}) {
    this.cell = new Cell<string, string>({
      address: ADDRESS,
      conversation: textConversation,
      create: () => this.#behaviour(++this.#incarnations),
      mailbox: { capacity: 10, capacityBytes: Infinity, overflow: "wait" },
      supervision: DEFAULT_SUPERVISION,
      concurrency: 1,
      turns: new Turns(),
      clock: this.clock,
      onDown: ({ reason, error }) => this.log.push(`down ${reason}${error === undefined ? "" : ` ${error.message}`}`),
      onRestart: () => this.log.push("restart"),
      onEscalated: (error) => this.log.push(`escalated ${error.message}`),
      onDeadLetter: (message, reason) => this.log.push(`dead letter ${message} ${reason}`),
      ...changes,
    });
  }

  tell(...messages: string[]): void {
    for (const message of messages) this.cell.deliver({ message, reply: undefined });
  }

  ask(message: string): void {
    const reply = (outcome: AskOutcome<string>) => {
      const error = outcome.ok ? undefined : TroupeError.is(outcome.error) ? outcome.error.code : outcome.error.message;
      this.log.push(`${message} -> ${outcome.ok ? outcome.value : error}`);
    };
    this.cell.deliver({ message, reply });
  }

  #behaviour(incarnation: number): Behaviour<string, string> {
    return {
      start: async (context) => {
        this.context = context;
        await Promise.resolve();
        const failure = this.startFailures.shift();
        if (failure !== undefined) throw failure;
        this.log.push(`start ${incarnation}`);
      },
      receive: (message, isAsked) => {
        if (message === "throw") throw new Error("boom");
        if (message === "reject") return Promise.reject(new Error("boom"));
        this.log.push(`${incarnation}: ${message}${isAsked ? "?" : ""}`);
        return message === "wait" ? this.gate.promise.then(() => "done") : message;
      },
      stop: (reason) => void this.log.push(`stop ${incarnation} ${reason}`),
    };
  }
}

async function started(changes: Partial<CellOptions<string, string>> = {}): Promise<Rig> {
  const rig = new Rig(changes);
  await rig.cell.start();
  rig.log.length = 0;
  return rig;
}

Deno.test("Cell takes one message at a time, in order, and answers asks", async () => {
  const rig = await started();
  rig.tell("a");
  rig.ask("wait");
  rig.tell("b");
  await settled();
  assertEquals(rig.log, ["1: a", "1: wait?"]);
  rig.gate.resolve();
  await settled();
  assertEquals(rig.log, ["1: a", "1: wait?", "wait -> done", "1: b"]);
});

Deno.test("Cell lets as many handlers interleave as its concurrency says", async () => {
  const rig = await started({ concurrency: 2 });
  rig.tell("wait", "wait", "c");
  await settled();
  assertEquals(rig.log, ["1: wait", "1: wait"]);
  rig.gate.resolve();
  await settled();
  assertEquals(rig.log.at(-1), "1: c");
});

Deno.test("Cell.start() keeps messages until the start is over", async () => {
  const rig = new Rig();
  const start = rig.cell.start();
  rig.tell("a");
  await start;
  await settled();
  assertEquals(rig.log, ["start 1", "1: a"]);
});

Deno.test("Cell.start() rejects with what the start threw, and the cell is down", async () => {
  const rig = new Rig();
  rig.startFailures = [new Error("no")];
  const start = rig.cell.start();
  rig.ask("a");
  assertEquals(await start.catch((error) => error.message), "no");
  assertEquals(rig.log, ["a -> actor/terminated", "down failed no"]);
});

Deno.test("Cell.end() during the start ends it after the start, once", async () => {
  for (const how of ["stopped", "killed"] as const) {
    const rig = new Rig();
    const start = rig.cell.start();
    const gone = rig.cell.end(how);
    await failsWith("actor/terminated", () => start);
    await gone;
    await settled();
    assertEquals(rig.log.filter((line) => line.startsWith("down")), [`down ${how}`]);
    assertEquals(rig.log.filter((line) => line.startsWith("stop")).length, 1);
  }
});

for (const message of ["throw", "reject"]) {
  Deno.test(`Cell restarts after "${message}": the asker hears of it, what waits is kept`, async () => {
    const rig = await started();
    rig.ask(message);
    rig.tell("b");
    await settled();
    assertEquals(rig.log, [`${message} -> boom`, "restart", "stop 1 failed", "start 2", "2: b"]);
  });
}

Deno.test("Cell escalates one failure too many within the window", async () => {
  const rig = await started();
  rig.tell("throw");
  await settled();
  rig.clock.advance(4_999);
  rig.log.length = 0;
  rig.tell("throw", "b");
  rig.ask("c");
  await settled();
  assertEquals(rig.log, [
    "dead letter b terminated",
    "c -> actor/terminated",
    "stop 2 failed",
    "down failed boom",
    "escalated boom",
  ]);
});

Deno.test("Cell forgets restarts that are older than the window", async () => {
  const rig = await started();
  for (let i = 0; i < 3; i++) {
    rig.tell("throw");
    await settled();
    rig.clock.advance(5_000);
  }
  assertEquals(rig.log.filter((line) => line === "restart").length, 3);
});

Deno.test("Cell waits before a restart, and a stop meanwhile ends it and its timer", async () => {
  const rig = await started({ supervision: { ...DEFAULT_SUPERVISION, maxRestarts: 5, backoffMs: 100 } });
  rig.tell("throw");
  await settled();
  rig.clock.advance(99);
  await settled();
  assertEquals(rig.log, ["restart", "stop 1 failed"]);
  rig.clock.advance(1);
  await settled();
  assertEquals(rig.log.at(-1), "start 2");
  rig.tell("throw");
  await settled();
  assertEquals(rig.clock.waitingCount, 1);
  await rig.cell.end("stopped");
  assertEquals([rig.clock.waitingCount, rig.log.at(-1)], [0, "down stopped"]);
});

Deno.test("Cell counts a failed restart as the next failure", async () => {
  const rig = await started({ supervision: { ...DEFAULT_SUPERVISION, maxRestarts: 2 } });
  rig.startFailures = [new Error("first"), new Error("second")];
  rig.tell("throw");
  await settled();
  assertEquals(rig.log, ["restart", "stop 1 failed", "restart", "down failed second", "escalated second"]);
});

Deno.test("Cell goes on, ends, or ends and tells its parent, as the policy says", async () => {
  const expected = {
    resume: ["throw -> boom", "1: b"],
    stop: ["throw -> boom", "dead letter b terminated", "stop 1 failed", "down failed boom"],
    escalate: ["throw -> boom", "dead letter b terminated", "stop 1 failed", "down failed boom", "escalated boom"],
  };
  for (const onFailure of ["resume", "stop", "escalate"] as const) {
    const rig = await started({ supervision: { ...DEFAULT_SUPERVISION, onFailure } });
    rig.ask("throw");
    rig.tell("b");
    await settled();
    assertEquals(rig.log, expected[onFailure]);
  }
});

Deno.test("Cell.end() stops after the message in hand and refuses what waits", async () => {
  const rig = await started();
  rig.ask("wait");
  rig.ask("b");
  rig.tell("c");
  await settled();
  let isGone = false;
  const gone = rig.cell.end("stopped").then(() => isGone = true);
  assert(rig.context?.signal.aborted);
  await settled();
  assertEquals([isGone, rig.log], [false, ["1: wait?"]]);
  rig.gate.resolve();
  await gone;
  assertEquals(rig.log, [
    "1: wait?",
    "wait -> done",
    "b -> actor/terminated",
    "dead letter c terminated",
    "stop 1 stopped",
    "down stopped",
  ]);
  rig.ask("late");
  assertEquals(rig.log.at(-1), "late -> actor/terminated");
});

Deno.test("Cell.end() kills at once: the asker of the message in hand is told, its late answer is nobody's", async () => {
  const rig = await started();
  rig.ask("wait");
  await settled();
  await rig.cell.end("killed");
  rig.gate.resolve();
  await settled();
  assertEquals(rig.log, ["1: wait?", "wait -> actor/terminated", "stop 1 killed", "down killed"]);
});

Deno.test("Cell.end() kills a cell whose stop does not end", async () => {
  const stops: string[] = [];
  const rig = new Rig({
    create: () => ({
      receive: () => undefined,
      stop: (reason) => {
        stops.push(reason);
        return reason === "stopped" ? new Promise<void>(() => {}) : undefined;
      },
    }),
  });
  await rig.cell.start();
  void rig.cell.end("stopped");
  await settled();
  await rig.cell.end("killed");
  assertEquals([stops, rig.log], [["stopped", "killed"], ["down killed"]]);
});

Deno.test("Cell tells its end as a failure when the stop throws", async () => {
  const rig = new Rig({
    create: () => ({ receive: () => undefined, stop: () => Promise.reject(new Error("stuck")) }),
  });
  await rig.cell.start();
  await rig.cell.end("stopped");
  assertEquals(rig.log, ["down failed stuck"]);
});

Deno.test("Cell rejects what finds no room, if so told", async () => {
  const rig = await started({ mailbox: { capacity: 1, capacityBytes: Infinity, overflow: "reject" } });
  rig.tell("wait");
  await settled();
  rig.tell("a", "b");
  rig.ask("c");
  rig.gate.resolve();
  await settled();
  assertEquals(rig.log, ["1: wait", "dead letter b mailbox-full", "c -> actor/mailbox-full", "1: a"]);
});

Deno.test("Cell drops the oldest, if so told", async () => {
  const rig = await started({ mailbox: { capacity: 2, capacityBytes: Infinity, overflow: "drop-oldest" } });
  rig.tell("wait");
  await settled();
  rig.ask("a");
  rig.tell("b", "c", "d");
  rig.gate.resolve();
  await settled();
  assertEquals(rig.log, ["1: wait", "a -> actor/mailbox-full", "dead letter b mailbox-full", "1: c", "1: d"]);
});

Deno.test("Cell counts bytes, if there is a limit of them", async () => {
  const rig = await started({ mailbox: { capacity: Infinity, capacityBytes: 10, overflow: "reject" } });
  rig.tell("wait");
  await settled();
  rig.tell("x".repeat(9), "yy", "z");
  rig.gate.resolve();
  await settled();
  assertEquals(rig.log, ["1: wait", "dead letter z mailbox-full", `1: ${"x".repeat(9)}`, "1: yy"]);
  rig.tell("again");
  await settled();
  assertEquals(rig.log.at(-1), "1: again");
});

Deno.test("Cell.room() resolves for all who wait when there is room, and at the end", async () => {
  const rig = await started({ mailbox: { capacity: 2, capacityBytes: Infinity, overflow: "wait" } });
  await rig.cell.room();
  rig.tell("wait");
  await settled();
  rig.tell("wait", "b");
  const freed: number[] = [];
  for (const waiter of [1, 2, 3]) void rig.cell.room()?.then(() => freed.push(waiter));
  await settled();
  assertEquals(freed, []);
  rig.gate.resolve();
  rig.gate = Promise.withResolvers();
  await settled();
  assertEquals(freed, [1, 2, 3]);
  rig.tell("b");
  void rig.cell.room()?.then(() => freed.push(4));
  await rig.cell.end("killed");
  assertEquals(freed, [1, 2, 3, 4]);
});

Deno.test("Cell ignores what a former incarnation's context says", async () => {
  const rig = await started();
  const old = rig.context!;
  rig.tell("throw");
  await settled();
  rig.log.length = 0;
  old.fail(new Error("late"));
  old.end();
  await settled();
  assert(old.signal.aborted && !rig.context!.signal.aborted);
  assertEquals(rig.log, []);
});

Deno.test("Cell fails and ends by its context", async () => {
  const rig = await started({ supervision: { ...DEFAULT_SUPERVISION, onFailure: "stop" } });
  rig.context!.fail(new Error("outside"));
  await rig.cell.gone;
  assertEquals(rig.log, ["stop 1 failed", "down failed outside"]);
  const other = await started();
  other.context!.end(new Error("over"));
  await other.cell.gone;
  assertEquals(other.log, ["stop 1 failed", "down failed over", "escalated over"]);
});

Deno.test("Cell.restart() restarts without regard to the window", async () => {
  const rig = await started({ supervision: { ...DEFAULT_SUPERVISION, maxRestarts: 0 } });
  rig.cell.restart();
  await settled();
  assertEquals([rig.log, rig.cell.restarts], [["stop 1 failed", "start 2"], 1]);
});

Deno.test("Cell.restartedThere() counts in the window, and tells the parent, but starts nothing", async () => {
  const rig = await started({ supervision: { ...DEFAULT_SUPERVISION, maxRestarts: 2 } });
  rig.cell.restartedThere(new Error("one"));
  rig.tell("throw");
  await settled();
  assertEquals([rig.log, rig.cell.restarts], [["restart", "restart", "stop 1 failed", "start 2"], 2]);
  rig.cell.restartedThere(new Error("three"));
  await settled();
  assertEquals(rig.log.slice(4), ["stop 2 failed", "down failed three", "escalated three"]);
  rig.cell.restartedThere(new Error("too late"));
  assertEquals(rig.log.length, 7);
});

Deno.test("Cell fails by a reply that its conversation calls a failure, after the reply is out", async () => {
  const rig = await started({
    conversation: { ...textConversation, failureOf: (reply) => reply === "bad" ? new Error("bad") : undefined },
    supervision: { ...DEFAULT_SUPERVISION, onFailure: "stop" },
  });
  rig.ask("good");
  rig.ask("bad");
  await settled();
  assertEquals(rig.log, ["1: good?", "good -> good", "1: bad?", "bad -> bad", "stop 1 failed", "down failed bad"]);
});
