import { assertEquals } from "@std/assert";
import { ActorSeat } from "../../actors/actor/actor_seat.ts";
import type { ChildrenPolicy } from "../../actors/actor/supervision.ts";
import { failsWith } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";

function rig(children: ChildrenPolicy = "one-for-one") {
  const clock = new FakeClock();
  const log: string[] = [];
  const mail: (() => void | Promise<void>)[] = [];
  const abort = new AbortController();
  const context = {
    address: { system: "s", actor: "a", contact: "" },
    signal: abort.signal,
    fail: (error: unknown) => log.push(`fail ${error}`),
    failBy: () => {},
    end: () => {},
  };
  const seat = new ActorSeat(context, {
    clock,
    children,
    act: (action) => void mail.push(action),
    end: (name, how) => Promise.resolve(void log.push(`end ${name} ${how}`)),
    restart: (name) => void log.push(`restart ${name}`),
  });
  /** Runs what is in the mailbox. */
  const work = () => mail.splice(0).forEach((action) => void action());
  return { clock, log, mail, abort, seat, work };
}

Deno.test("ActorSeat.every() skips a turn while the last one waits, and goes on", () => {
  const { clock, log, mail, seat, work } = rig();
  const ticking = seat.every(10, () => void log.push("tick"));
  clock.advance(35);
  assertEquals(mail.length, 1);
  work();
  clock.advance(10);
  work();
  assertEquals(log, ["tick", "tick"]);
  ticking[Symbol.dispose]();
  assertEquals(clock.waitingCount, 0);
});

Deno.test("ActorSeat.after() runs once, as a message; not after its disposal, nor after the end", async () => {
  const { clock, log, abort, seat, work } = rig();
  seat.after(5, () => void log.push("once"));
  seat.after(5, () => void log.push("never"))[Symbol.dispose]();
  clock.advance(5);
  assertEquals(log, []);
  work();
  assertEquals(log, ["once"]);
  seat.after(5, () => void log.push("late"));
  seat.every(5, () => void log.push("late"));
  await seat.close("stopped");
  abort.abort();
  seat.after(5, () => void log.push("later"));
  assertEquals(clock.waitingCount, 0);
});

Deno.test("ActorSeat refuses a delay that is none", async () => {
  const { seat } = rig();
  for (const bad of [-1, NaN, "5" as never]) {
    await failsWith("input/invalid", () => seat.after(bad, () => {}));
    await failsWith("input/invalid", () => seat.every(bad, () => {}));
  }
});

Deno.test("ActorSeat.close() ends live children in reverse order", async () => {
  const { log, seat } = rig();
  for (const name of ["x", "y", "z"]) seat.childStarted(name);
  seat.childEnded("y");
  await seat.close("killed");
  assertEquals([log, seat.nextName(), seat.nextName()], [["end z killed", "end x killed"], "a.1", "a.2"]);
});

Deno.test("ActorSeat.childRestarted() restarts the siblings that the policy names", () => {
  const expected = {
    "one-for-one": [],
    "one-for-all": ["restart x", "restart z"],
    "rest-for-one": ["restart z"],
  };
  for (const policy of ["one-for-one", "one-for-all", "rest-for-one"] as const) {
    const { log, seat } = rig(policy);
    for (const name of ["x", "y", "z"]) seat.childStarted(name);
    seat.childRestarted("y");
    assertEquals(log, expected[policy]);
  }
});

Deno.test("ActorSeat.childEscalated() fails the actor", () => {
  const { log, seat } = rig();
  seat.childEscalated(new Error("child"));
  assertEquals(log, ["fail Error: child"]);
});
