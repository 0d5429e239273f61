import { assert, assertEquals, assertThrows } from "@std/assert";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { systemClock } from "../../actors/base/clock.ts";
import { TroupeError } from "../../actors/base/errors.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { systemRandom } from "../../actors/base/random.ts";
import { workerProcess, workerProcessConversation } from "../../actors/cluster/worker_process.ts";

Deno.test("workerProcessConversation carries its one request and the answer, and refuses others", () => {
  const { pack, parse, packReply, parseReply } = workerProcessConversation;
  assertEquals(parse(pack("register")), "register");
  assertEquals(parseReply(packReply("tcp://127.0.0.1:1/w#s")), "tcp://127.0.0.1:1/w#s");
  for (const data of [undefined, [], ["leave"], "register"]) {
    assert(TroupeError.is(assertThrows(() => parse(data)), "wire/malformed"));
  }
});

Deno.test("workerProcess refuses arguments of another shape", async () => {
  const system = new SystemCore({ clock: systemClock, random: systemRandom, limits: DEFAULT_LIMITS });
  for (const args of [undefined, null, {}, "tcp://127.0.0.1:1"]) {
    assert(TroupeError.is(assertThrows(() => workerProcess.create(args, { system })), "wire/malformed"));
  }
  await system.close();
});
