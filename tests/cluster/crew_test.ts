import { assertEquals, assertRejects } from "@std/assert";
import { Crew, type CrewMember } from "../../actors/cluster/crew.ts";

/** A member that starts and stops when the test says so. */
class FakeMember implements CrewMember {
  readonly name: string;
  readonly starting = Promise.withResolvers<void>();
  readonly stopping = Promise.withResolvers<void>();
  readonly going = Promise.withResolvers<void>();
  isStopped = false;

  constructor(name: string) {
    this.name = name;
  }

  start(): Promise<void> {
    return this.starting.promise;
  }

  get leaving(): Promise<void> {
    return this.going.promise;
  }

  stop(): Promise<void> {
    this.isStopped = true;
    this.starting.reject(new Error("stopped while it started"));
    return this.stopping.promise;
  }
}

interface Rig {
  readonly crew: Crew;
  readonly members: FakeMember[];
  /** What was asked to retire. */
  readonly retired: (readonly string[])[];
}

function rig(retirement: Promise<void> = Promise.resolve()): Rig {
  const members: FakeMember[] = [];
  const retired: (readonly string[])[] = [];
  const hire = (name: string) => {
    const member = new FakeMember(name);
    members.push(member);
    return member;
  };
  const retire = (names: readonly string[]) => {
    retired.push(names);
    return retirement;
  };
  return { crew: new Crew(hire, retire), members, retired };
}

async function isDone(work: Promise<unknown>): Promise<boolean> {
  let done = false;
  void work.then(() => done = true, () => done = true);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return done;
}

Deno.test("resize() resolves when the workers are there, and when they are gone", async () => {
  const { crew, members } = rig();
  const growing = crew.resize(2);
  assertEquals(crew.names, ["worker-0", "worker-1"]);
  members[0]!.starting.resolve();
  assertEquals(await isDone(growing), false);
  members[1]!.starting.resolve();
  await growing;
  const shrinking = crew.resize(1);
  assertEquals([crew.size, await isDone(shrinking)], [1, false]);
  assertEquals([members[0]!.isStopped, members[1]!.isStopped], [false, true]);
  members[1]!.stopping.resolve();
  await shrinking;
});

Deno.test("resize() of a later call wins over one under way, which does not fail by that", async () => {
  const { crew, members } = rig();
  const growing = crew.resize(2);
  members[0]!.starting.resolve();
  const shrinking = crew.resize(1);
  members[1]!.stopping.resolve();
  await Promise.all([growing, shrinking]);
  assertEquals(crew.names, ["worker-0"]);
});

Deno.test("resize() waits for workers that an earlier call is starting", async () => {
  const { crew, members } = rig();
  const first = crew.resize(1);
  const second = crew.resize(1);
  assertEquals(await isDone(second), false);
  members[0]!.starting.resolve();
  await Promise.all([first, second]);
  assertEquals(members.length, 1);
});

Deno.test("resize() rejects when a worker cannot start, which is no member then; names are not used twice", async () => {
  const { crew, members } = rig();
  const growing = crew.resize(2);
  members[0]!.starting.resolve();
  members[1]!.starting.reject(new Error("no port"));
  await assertRejects(() => growing, Error, "no port");
  assertEquals(crew.names, ["worker-0"]);
  const again = crew.resize(2);
  members[2]!.starting.resolve();
  await again;
  assertEquals(crew.names, ["worker-0", "worker-2"]);
});

Deno.test("dismiss() ends those named, and nobody else", async () => {
  const { crew, members } = rig();
  const growing = crew.resize(3);
  for (const member of members) member.starting.resolve();
  await growing;
  members[1]!.stopping.resolve();
  await crew.dismiss(["worker-1", "worker-9"]);
  assertEquals(crew.names, ["worker-0", "worker-2"]);
  assertEquals(members.map((member) => member.isStopped), [false, true, false]);
});

Deno.test("resize() ends a worker only when it has been retired, or cannot be", async () => {
  for (const end of ["resolve", "reject"] as const) {
    const retirement = Promise.withResolvers<void>();
    const { crew, members, retired } = rig(retirement.promise);
    const growing = crew.resize(2);
    for (const member of members) member.starting.resolve();
    await growing;
    const shrinking = crew.resize(1);
    assertEquals([await isDone(shrinking), members[1]!.isStopped, retired], [false, false, [["worker-1"]]]);
    retirement[end](new Error("the scheduler is gone") as never);
    members[1]!.stopping.resolve();
    await shrinking;
    assertEquals(members[1]!.isStopped, true);
  }
});

Deno.test("close() retires nobody, and ends also those that are being retired", async () => {
  const { crew, members, retired } = rig(new Promise(() => {}));
  const growing = crew.resize(2);
  for (const member of members) member.starting.resolve();
  await growing;
  void crew.resize(1);
  for (const member of members) member.stopping.resolve();
  await crew.close();
  assertEquals([members.map((member) => member.isStopped), retired.length, crew.size], [[true, true], 1, 0]);
});

Deno.test("a worker that left by itself is no member any more", async () => {
  const { crew, members } = rig();
  const growing = crew.resize(2);
  for (const member of members) member.starting.resolve();
  await growing;
  members[0]!.going.resolve();
  assertEquals(await isDone(new Promise(() => {})), false);
  assertEquals(crew.names, ["worker-1"]);
});
