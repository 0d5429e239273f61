import { assertEquals } from "@std/assert";
import type { ActorParent } from "../../actors/actor/actor_seat.ts";
import { Adoptions } from "../../actors/actor/adoptions.ts";
import { SYSTEM_ACTOR, systemConversation } from "../../actors/actor/system_request.ts";
import type { SystemCore } from "../../actors/actor/system_core.ts";
import { troupeError } from "../../actors/base/errors.ts";
import { failsWith } from "../support/codes.ts";
import { linkCores, openCore, settled, textConversation } from "../support/cores.ts";

/** Starts an actor for a parent, as a stage does. */
async function start(core: SystemCore, parent: ActorParent) {
  const name = parent.nextName();
  parent.childStarted(name);
  const child = await core.spawn({
    name,
    conversation: textConversation,
    create: () => ({
      receive(message) {
        if (message === "fail") throw new Error("failed");
        return message;
      },
    }),
    onDown: () => parent.childEnded(name),
    onRestart: (error) => parent.childRestarted(name, error),
  });
  return child.address;
}

Deno.test("Adoptions.adopt() tells who stands in for an actor of its restarts, and ends it with that system", async () => {
  const [here, there] = [openCore("here"), openCore("there")];
  const cable = linkCores(here, there);
  const told: unknown[] = [];
  const system = { name: SYSTEM_ACTOR, conversation: systemConversation };
  await there.spawn({
    ...system,
    create: () => ({
      receive: (request) => [told.push(request.type === "restarted" ? request.name : request.type)],
    }),
  });
  const adoptions = new Adoptions(here);
  const standIn = there.addressOf("stand-in");
  const address = await adoptions.adopt(standIn, (parent) => start(here, parent));
  here.ref(address, textConversation).tell("fail");
  await settled();
  assertEquals([told, here.has(address.actor)], [["stand-in"], true]);
  cable.cut(troupeError("link/down", "Cannot go on: cut"));
  await settled();
  assertEquals(here.has(address.actor), false);
  await Promise.all([here.close(), there.close()]);
});

Deno.test("Adoptions.adopt() ends an actor whose parent was lost while it started", async () => {
  const [here, there] = [openCore("here"), openCore("there")];
  const cable = linkCores(here, there);
  const adoptions = new Adoptions(here);
  const adopted = adoptions.adopt(there.addressOf("stand-in"), async (parent) => {
    cable.cut(troupeError("link/down", "Cannot go on: cut"));
    await settled();
    return await start(here, parent);
  });
  await failsWith("link/down", () => adopted);
  assertEquals(here.actors, []);
  await failsWith("actor/terminated", () =>
    adoptions.adopt(there.addressOf("x"), async (parent) => {
      parent.childStarted("x");
      await here.close();
      return await start(here, parent);
    }));
  await there.close();
});
