import { assert, assertEquals } from "@std/assert";
import type { DownNotice } from "../../actors/actor/conversation.ts";
import type { LostMessage } from "../../actors/actor/lost_message.ts";
import type { Ref } from "../../actors/actor/ref.ts";
import type { SystemCore } from "../../actors/actor/system_core.ts";
import { troupeError } from "../../actors/base/errors.ts";
import { InProcessCable, inProcessPair } from "../../actors/transport/in_process.ts";
import { failsWith, hasCode } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { keepAwake, linkCores, openCore, settled, textConversation } from "../support/cores.ts";

/** Starts an actor that answers with its message and keeps all; "throw" throws, "wait" waits for ever. */
async function echo(core: SystemCore, name = "echo"): Promise<string[]> {
  const seen: string[] = [];
  await core.spawn({
    name,
    conversation: textConversation,
    supervision: { onFailure: "stop" },
    create: () => ({
      receive(message: string) {
        if (message === "throw") throw new RangeError("boom");
        seen.push(message);
        return message === "wait" ? new Promise<string>(() => {}) : message;
      },
    }),
  });
  return seen;
}

function farRef(core: SystemCore, system: string, actor = "echo", contact = ""): Ref<string, string> {
  return core.ref({ system, actor, contact }, textConversation);
}

function lostBy(core: SystemCore): LostMessage[] {
  const lost: LostMessage[] = [];
  core.onLost((message) => lost.push(message));
  return lost;
}

/** Ends kernels; their actors at once, for some would never finish their message. */
async function close(...cores: SystemCore[]): Promise<void> {
  for (const core of cores) {
    for (const { name } of core.actors) await core.end(core.addressOf(name), "killed");
    await core.close();
  }
}

function downs(ref: Ref<string, string>): DownNotice[] {
  const notices: DownNotice[] = [];
  ref.watch((notice) => notices.push(notice));
  return notices;
}

Deno.test("SystemCore.spawn() refuses a taken name, gives it again after the end, and names the unnamed", async () => {
  const core = openCore("a");
  await echo(core);
  await failsWith("actor/name-taken", () => echo(core));
  await core.end(core.addressOf("echo"), "stopped");
  await echo(core);
  await echo(core, "actor-1");
  const unnamed = await core.spawn({ conversation: textConversation, create: () => ({ receive: () => "x" }) });
  assertEquals(unnamed.address.actor, "actor-2");
  await core.close();
  await failsWith("actor/terminated", () => echo(core));
});

Deno.test("SystemCore.close() stops actors in reverse order, kills what does not stop, twice is fine", async () => {
  const core = openCore("a");
  const log: string[] = [];
  for (const name of ["first", "second", "third"]) {
    await core.spawn({
      name,
      conversation: textConversation,
      create: () => ({ receive: () => "x", stop: () => void log.push(name) }),
    });
  }
  await Promise.all([core.close(), core.close()]);
  assertEquals(log, ["third", "second", "first"]);
});

Deno.test("SystemCore.close() gives an actor five seconds, then kills it", async () => {
  const clock = new FakeClock();
  const core = openCore("a", { clock });
  await echo(core);
  const ref = farRef(core, "a");
  const asked = failsWith("actor/terminated", () => ref.ask("wait"));
  await settled();
  const closed = core.close();
  clock.advance(4_999);
  await settled();
  assertEquals(core.has("echo"), true);
  clock.advance(1);
  await Promise.all([closed, asked]);
  assertEquals([core.has("echo"), clock.waitingCount], [false, 0]);
});

Deno.test("SystemCore asks, tells and watches its own actors", async () => {
  const core = openCore("a");
  const lost = lostBy(core);
  const seen = await echo(core);
  const ref = farRef(core, "a");
  ref.tell("one");
  assertEquals(await ref.ask("two"), "two");
  assertEquals(seen, ["one", "two"]);
  const notices = downs(ref);
  await ref.stop();
  await failsWith("actor/terminated", () => ref.ask("three"));
  ref.tell("four");
  const late = downs(ref);
  await settled();
  assertEquals([notices.length, late.map((notice) => notice.reason)], [1, ["stopped"]]);
  assertEquals(lost.map(({ reason, message }) => [reason, message]), [["terminated", "four"]]);
  await core.close();
});

Deno.test("Ref.ask() gives up in time or by signal, and the late answer is a dead letter", async () => {
  const core = openCore("a");
  const lost = lostBy(core);
  const gate = Promise.withResolvers<string>();
  await core.spawn({ name: "slow", conversation: textConversation, create: () => ({ receive: () => gate.promise }) });
  const ref = farRef(core, "a", "slow");
  await failsWith("actor/timeout", () => ref.ask("x", { timeoutMs: 1 }));
  const reason = new Error("enough");
  const controller = new AbortController();
  const asked = ref.ask("y", { signal: controller.signal });
  controller.abort(reason);
  assertEquals(await asked.catch((error) => error === reason), true);
  assertEquals(await ref.ask("z", { signal: AbortSignal.abort(reason) }).catch((error) => error === reason), true);
  gate.resolve("late");
  await settled();
  assertEquals(lost.map((one) => one.reason), ["late-reply", "late-reply"]);
  await core.close();
});

Deno.test("SystemCore asks, tells, watches and ends actors of a linked system", async () => {
  const [near, far] = [openCore("a"), openCore("b")];
  linkCores(near, far);
  const seen = await echo(far);
  const ref = farRef(near, "b");
  ref.tell("one");
  assertEquals(await ref.ask("two"), "two");
  assertEquals(seen, ["one", "two"]);
  const error = await ref.ask("unpackable").catch((thrown) => thrown);
  assertEquals(error.message, "Cannot write reply");
  const notices = downs(ref);
  const boom = await ref.ask("throw").catch((thrown) => thrown);
  assert(boom instanceof RangeError && boom.message === "boom");
  await settled();
  assertEquals(notices.map((notice) => [notice.reason, notice.error?.message]), [["failed", "boom"]]);
  await failsWith("actor/terminated", () => ref.ask("three"));
  await echo(far);
  await ref.kill();
  assertEquals(far.has("echo"), false);
  await close(near, far);
});

Deno.test("SystemCore keeps the order of 10,000 messages over TCP, sent before the link is there", async () => {
  using _awake = keepAwake();
  const [near, far] = [openCore("a", { seed: 1 }), openCore("b", { seed: 2 })];
  far.dialer.listen("tcp://127.0.0.1:0");
  const seen = await echo(far);
  const ref = farRef(near, "b", "echo", far.contact);
  const expected = Array.from({ length: 10_000 }, (_, i) => String(i));
  for (const [i, text] of expected.entries()) {
    ref.tell(text);
    // The link comes up somewhere in the middle.
    if (i % 500 === 0) await settled();
  }
  assertEquals(await ref.ask("last"), "last");
  assertEquals(seen, [...expected, "last"]);
  await close(near, far);
});

Deno.test("SystemCore loads sockets when it was given none and comes to dial", async () => {
  using _awake = keepAwake();
  const [near, far] = [openCore("a", { seed: 1 }), openCore("b", { seed: 2 })];
  near.dialer.sockets = undefined;
  far.dialer.listen("tcp://127.0.0.1:0");
  const seen = await echo(far);
  assertEquals(await farRef(near, "b", "echo", far.contact).ask("hello"), "hello");
  assertEquals(seen, ["hello"]);
  await close(near, far);
});

Deno.test("SystemCore fails asks and fires watches at once when the link is cut", async () => {
  const [near, far] = [openCore("a"), openCore("b")];
  const cable = linkCores(near, far);
  await echo(far);
  const ref = farRef(near, "b");
  const notices = downs(ref);
  const gone: string[] = [];
  near.onSystemGone((system) => gone.push(system));
  const asked = failsWith("link/down", () => ref.ask("wait"));
  await settled();
  cable.cut(troupeError("link/down", "Cable was cut"));
  await asked;
  assertEquals([notices.map((notice) => notice.reason), gone], [["link/down"], ["b"]]);
  await failsWith("link/down", () => ref.ask("again"));
  await ref.stop();
  await close(near, far);
});

Deno.test("SystemCore reaches a system through another one, and hears of its end from there", async () => {
  const [near, middle, far] = [openCore("a"), openCore("m"), openCore("b")];
  linkCores(near, middle, { isGateway: true });
  const cable = linkCores(middle, far);
  const seen = await echo(far);
  const ref = farRef(near, "b");
  ref.tell("one");
  assertEquals([await ref.ask("two"), seen], ["two", ["one", "two"]]);
  const notices = downs(ref);
  const asked = failsWith("link/down", () => ref.ask("wait"));
  await settled();
  cable.cut(troupeError("link/down", "Cable was cut"));
  await asked;
  assertEquals(notices.map((notice) => notice.reason), ["link/down"]);
  await close(near, middle, far);
});

Deno.test("SystemCore fails an ask through a middle when the far system dies before it ever spoke", async () => {
  const [near, middle, far] = [openCore("a"), openCore("m"), openCore("b")];
  linkCores(near, middle, { isGateway: true });
  const cable = linkCores(middle, far);
  cable.freeze();
  const asked = failsWith("link/down", () => farRef(near, "b").ask("never arrives"));
  await settled();
  cable.cut(troupeError("link/down", "Cable was cut"));
  await asked;
  await close(near, middle, far);
});

Deno.test("SystemCore fails an ask through a gateway when the gateway dies", async () => {
  const [near, middle, far] = [openCore("a"), openCore("m"), openCore("b")];
  const cable = linkCores(near, middle, { isGateway: true });
  linkCores(middle, far);
  await echo(far);
  const asked = failsWith("link/down", () => farRef(near, "b").ask("wait"));
  cable.freeze();
  await settled();
  cable.cut(troupeError("link/down", "Cable was cut"));
  await asked;
  await close(near, middle, far);
});

Deno.test("SystemCore tells who asks for a system that nobody knows", async () => {
  const [near, middle] = [openCore("a"), openCore("m")];
  linkCores(near, middle, { isGateway: true });
  const lost = lostBy(middle);
  const ref = farRef(near, "nobody");
  const notices = downs(ref);
  ref.tell("one");
  await failsWith("link/down", () => ref.ask("two"));
  assertEquals(notices.map((notice) => notice.reason), ["link/down"]);
  await ref.stop();
  assertEquals(lost.filter((one) => one.reason === "link/down").map((one) => one.message), ["one"]);
  const alone = openCore("alone");
  const own = lostBy(alone);
  farRef(alone, "nobody").tell("x");
  await failsWith("link/down", () => farRef(alone, "nobody").ask("y"));
  assertEquals(own.map((one) => one.reason), ["link/down"]);
  await close(near, middle, alone);
});

Deno.test("SystemCore fails messages to a contact where nobody is, or another system by now", async () => {
  using _awake = keepAwake();
  const [near, far] = [openCore("a", { seed: 1 }), openCore("b", { seed: 2 })];
  far.dialer.listen("tcp://127.0.0.1:0");
  const contact = far.contact;
  await failsWith("link/down", () => farRef(near, "formerly", "echo", contact).ask("x"));
  await far.close();
  await settled();
  const error = await failsWith("link/down", () => farRef(near, "b", "echo", contact).ask("x"));
  hasCode("client/unreachable", error.cause);
  await near.close();
});

Deno.test("SystemCore survives what a peer sends: an unreadable message fails that message, a forged reply nothing", async () => {
  const [near, far] = [openCore("a"), openCore("b")];
  linkCores(near, far);
  const lost = lostBy(far);
  const seen = await echo(far);
  const ref = farRef(near, "b");
  await failsWith("wire/malformed", () => ref.ask("malformed"));
  ref.tell("malformed");
  const rude = { ...textConversation, pack: () => ({ what: "no text" }) };
  near.ref({ system: "b", actor: "echo", contact: "" }, rude).tell("x");
  assertEquals(await ref.ask("fine"), "fine");
  assertEquals([seen, lost.map((one) => one.reason)], [["fine"], ["malformed", "malformed"]]);
  await close(near, far);
});

Deno.test("SystemCore answers with the error when a reply cannot be read", async () => {
  const [near, far] = [openCore("a"), openCore("b")];
  linkCores(near, far);
  await far.spawn({ name: "odd", conversation: textConversation, create: () => ({ receive: () => "malformed" }) });
  await failsWith("wire/malformed", () => farRef(near, "b", "odd").ask("x"));
  await close(near, far);
});

Deno.test("Ref.room() waits for the mailbox of an actor elsewhere", async () => {
  const [near, far] = [openCore("a"), openCore("b", { limits: { mailboxCapacity: 10 } })];
  linkCores(near, far);
  const gate = Promise.withResolvers<void>();
  let taken = 0;
  await far.spawn({
    name: "slow",
    conversation: textConversation,
    create: () => ({ receive: () => gate.promise.then(() => String(++taken)) }),
  });
  const ref = farRef(near, "b", "slow");
  let told = 0;
  const telling = (async () => {
    for (; told < 1_000; told++) {
      ref.tell("x");
      await ref.room("x");
    }
  })();
  await settled();
  assert(told < 300, `told ${told} messages to an actor that takes none`);
  gate.resolve();
  await telling;
  await ref.ask("last");
  assertEquals(taken, 1_001);
  await close(near, far);
});

Deno.test("SystemCore.watch() ends with its disposal, here and elsewhere", async () => {
  const [near, far] = [openCore("a"), openCore("b")];
  linkCores(near, far);
  await echo(far);
  const notices: DownNotice[] = [];
  for (const core of [near, far]) {
    farRef(core, "b").watch((notice) => notices.push(notice))[Symbol.dispose]();
  }
  await settled();
  await far.end(far.addressOf("echo"), "stopped");
  await settled();
  assertEquals(notices, []);
  await close(near, far);
});

Deno.test("SystemCore refuses a dialled system without the token", async () => {
  using _awake = keepAwake();
  const [near, far] = [openCore("a", { seed: 1 }), openCore("b", { seed: 2 })];
  far.dialer.credentials = { token: "secret", listenTls: undefined, connectTls: undefined };
  far.dialer.listen("tcp://127.0.0.1:0");
  await echo(far);
  const error = await failsWith("link/down", () => farRef(near, "b", "echo", far.contact).ask("x"));
  hasCode("client/refused", error.cause);
  near.dialer.credentials = { token: "secret", listenTls: undefined, connectTls: undefined };
  assertEquals(await farRef(near, "b", "echo", far.contact).ask("x"), "x");
  await close(near, far);
});

Deno.test("SystemCore takes nothing any more of a link that the other side has given up", async () => {
  const far = openCore("b");
  const seen = await echo(far);
  const gone: string[] = [];
  far.onSystemGone((system) => gone.push(system));
  const cable = new InProcessCable();
  const [oldNear, oldFar] = inProcessPair({ cable });
  far.attach(oldFar, { system: "a", contact: "", isGateway: false, link: "l1" });
  cable.freeze();
  oldNear.send([[1, "echo", "", "on its way"]]);
  const [newNear, newFar] = inProcessPair();
  far.attach(newFar, { system: "a", contact: "", isGateway: false, link: "l2", after: "l1" });
  newNear.send([[1, "echo", "", "new"]]);
  cable.thaw();
  await settled();
  assertEquals([seen, gone, far.linkedSystems], [["new"], ["a"], ["a"]]);
  await far.close();
});
