import { assert, assertEquals } from "@std/assert";
import { troupeError } from "../../actors/base/errors.ts";
import { InProcessCable, inProcessPair } from "../../actors/transport/in_process.ts";
import { Recorder } from "../support/recorder.ts";

/** Lets all microtasks run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

Deno.test("inProcessPair() hands over the very object", async () => {
  const [near, far] = inProcessPair({ names: ["client", "scheduler"] });
  const recorder = new Recorder();
  far.open(recorder);
  const message = { type: "anything", run: () => 1 };
  near.send(message);
  assert((await recorder.received(1))[0] === message);
  assertEquals([near.peer, far.peer, near.level], ["scheduler", "client", "reference"]);
  await near.close();
});

Deno.test("InProcessCable.freeze() holds messages and the end back until thaw()", async () => {
  const cable = new InProcessCable();
  const [near, far] = inProcessPair({ cable });
  const recorder = new Recorder();
  far.open(recorder);
  near.send(1);
  cable.freeze();
  near.send(2);
  await near.close();
  await settled();
  assertEquals([recorder.messages, recorder.closedCount], [[], 0]);
  cable.thaw();
  assertEquals(await recorder.end, undefined);
  assertEquals(recorder.messages, [1, 2]);
});

Deno.test("InProcessCable.freeze() takes effect within a delivery and loses nothing", async () => {
  const cable = new InProcessCable();
  const [near, far] = inProcessPair({ cable });
  const taken: unknown[] = [];
  far.open({
    message(message) {
      taken.push(message);
      if (message === 1) cable.freeze();
    },
    closed: () => {},
  });
  for (const message of [1, 2, 3]) near.send(message);
  await settled();
  assertEquals(taken, [1]);
  near.send(4);
  cable.thaw();
  await settled();
  assertEquals(taken, [1, 2, 3, 4]);
});

Deno.test("InProcessCable.cut() ends both ends with its reason and loses what was on its way", async () => {
  const cable = new InProcessCable();
  const [near, far] = inProcessPair({ cable });
  const ends = [new Recorder(), new Recorder()] as const;
  near.open(ends[0]);
  far.open(ends[1]);
  near.send("lost");
  const reason = troupeError("link/down", "Link is down: cut");
  cable.cut(reason);
  near.send("dropped");
  assertEquals([await ends[0].end, await ends[1].end], [reason, reason]);
  assertEquals(ends[1].messages, []);
});
