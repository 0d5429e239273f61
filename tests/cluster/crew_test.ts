import { assertEquals, assertRejects } from "@std/assert";
import { Crew, type CrewMember } from "../../actors/cluster/crew.ts";

/** A member that starts and stops when the test says so. */
class FakeMember implements CrewMember {
  readonly name: string;
  readonly starting = Promise.withResolvers<void>();
  readonly stopping = Promise.withResolvers<void>();
  isStopped = false;

  constructor(name: string) {
    this.name = name;
  }

  start(): Promise<void> {
    return this.starting.promise;
  }

  stop(): Promise<void> {
    this.isStopped = true;
    this.starting.reject(new Error("stopped while it started"));
    return this.stopping.promise;
  }
}

function rig(): { crew: Crew; members: FakeMember[] } {
  const members: FakeMember[] = [];
  const crew = new Crew((name) => {
    const member = new FakeMember(name);
    members.push(member);
    return member;
  });
  return { crew, members };
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
  assertEquals([crew.size, members[0]!.isStopped, members[1]!.isStopped], [1, false, true]);
  assertEquals(await isDone(shrinking), false);
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
