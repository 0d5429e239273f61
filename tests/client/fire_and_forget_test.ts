import { assertEquals } from "@std/assert";
import { fireAndForget } from "../../actors/client/fire_and_forget.ts";
import { failsWith } from "../support/codes.ts";
import { connected, finished, inc, settle } from "./fake_world.ts";

Deno.test("fireAndForget() is said before the release that follows, and not of what is over", async () => {
  const { client, world, session } = connected();
  const [x, y] = [client.submit(inc, 1), client.submit(inc, 2)];
  session.receive([finished(y.key, 3)]);
  fireAndForget(x);
  fireAndForget(y);
  x.release();
  await settle();
  assertEquals(world.said("fire-and-forget").map(({ keys }) => keys), [[x.key]]);
  const types = world.types().flat();
  assertEquals(types.indexOf("fire-and-forget") < types.indexOf("release"), true);
});

Deno.test("fireAndForget() refuses what is no future, was released, or belongs to a closed client", async () => {
  const { client } = connected();
  const error = await failsWith("input/invalid", () => Reflect.apply(fireAndForget, undefined, [7]));
  assertEquals(error.message, "Cannot fire and forget: 7 is not a future");
  const [x, y] = [client.submit(inc, 1), client.submit(inc, 2)];
  x.release();
  await failsWith("future/released", () => fireAndForget(x));
  await client.close();
  assertEquals(y.status, "cancelled");
  fireAndForget(y);
});
