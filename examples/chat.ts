/**
 * A chat of several processes: everybody is an actor in a process of their own and a member of one group; messages go to
 * all who are members at that moment.
 *
 * @module
 */
import { ActorSystem } from "@troupe/troupe";
import { Chatter } from "./chat_actor.ts";

await using system = await ActorSystem.start();

async function enter(name: string): Promise<Awaited<ReturnType<typeof system.spawn<Chatter, [string]>>>> {
  const chatter = await system.spawn(Chatter, { on: "process", name, args: [name] });
  await system.join("chat", chatter);
  return chatter;
}

async function say(text: string): Promise<void> {
  const members = await system.members<Chatter>("chat");
  await Promise.all(members.map((member) => member.ask.hear(text)));
  console.log(`${members.length} heard: ${text}`);
}

const [ann, bob] = await Promise.all([enter("ann"), enter("bob")]);
await say("hello"); // 2 heard

const cid = await enter("cid");
await say("three of us"); // 3 heard

await system.leave("chat", ann);
await say("without ann"); // 2 heard

await bob.kill();
while ((await system.members("chat")).length > 1) await new Promise((resolve) => setTimeout(resolve, 10));
await say("bob is gone"); // 1 heard

for (const chatter of [ann, cid]) console.log(await chatter.ask.story());
