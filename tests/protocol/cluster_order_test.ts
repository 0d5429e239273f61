import { packClusterOrder, parseClusterOrder } from "../../actors/protocol/cluster_order.ts";
import { assertArrives, assertNothingElse } from "./journey.ts";
import { CLIENT_TO_SCHEDULER } from "./samples.ts";

const JOURNEY = { pack: packClusterOrder, parse: parseClusterOrder };
const ORDERS = CLIENT_TO_SCHEDULER.order.map(({ order }) => order);

Deno.test("parseClusterOrder() gives back every order that was packed", () => {
  assertArrives(JOURNEY, ORDERS);
});

Deno.test("parseClusterOrder() refuses changed tuples with wire/malformed only", () => {
  assertNothingElse(JOURNEY, ORDERS, 3);
});
