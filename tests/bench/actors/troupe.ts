/** Troupe's actors in one place, named by the first argument: all rows, with the raw round trip beside. */
import { type ActorRef, ActorSystem } from "../../../mod.ts";
import { type Figure, type Figures, type MeasuredFigure, printFigures } from "../figure.ts";
import { askAtOnce, measureAsks, measureRoundTrips, rateOf } from "./actor_measures.ts";
import { ACTORS, type ActorScale, BATCH, type Place, PLACES, readActorScale } from "./actor_row.ts";
import { BatchCaller, SmallServer } from "./bench_actors.ts";
import { openRawSocket, openRawThread, type PeerProcess, type RawTrip, startPeerProcess } from "./raw_trips.ts";

/** All actors of one place. */
interface Cast {
  readonly servers: readonly ActorRef<SmallServer>[];
  /** Takes calls while others are under way. */
  readonly concurrent: ActorRef<SmallServer>;
  readonly callers: readonly ActorRef<BatchCaller>[];
}

async function openCast(system: ActorSystem, place: Place, peers: readonly PeerProcess[]): Promise<Cast> {
  // Over TCP everybody has a process of its own.
  const on = (index: number) => (peers[index]?.line ?? place) as "here" | "thread" | "process" | `tcp://${string}`;
  const servers: ActorRef<SmallServer>[] = [];
  const callers: ActorRef<BatchCaller>[] = [];
  for (let index = 0; index < ACTORS; index++) {
    servers.push(await system.spawn(SmallServer, { on: on(index) }));
    callers.push(await system.spawn(BatchCaller, { on: on(ACTORS + index) }));
  }
  return { servers, callers, concurrent: await system.spawn(SmallServer, { on: on(0), reentrant: true }) };
}

/** Tells, and waits until the last is handled. */
async function tellAll(server: ActorRef<SmallServer>, count: number): Promise<void> {
  const before = await server.ask.told();
  for (let index = 1; index <= count; index++) {
    const room = server.tell.take(index);
    if (index % 500 === 0) await room;
  }
  const told = await server.ask.told() - before;
  if (told !== count) throw new Error(`Cannot measure tells: ${told} of ${count} came`);
}

async function measureGroups({ servers, callers }: Cast, scale: ActorScale): Promise<Figures> {
  const [first] = callers;
  return {
    "1_n_actor_calls_async": await rateOf(
      ACTORS * BATCH,
      () => first!.ask.batch(servers, ACTORS * BATCH),
      scale,
    ),
    "n_n_actor_calls_async": await rateOf(
      ACTORS * BATCH,
      () => Promise.all(callers.map((caller) => caller.ask.batch(servers, BATCH))),
      scale,
    ),
    "n_n_actor_calls_with_arg_async": await rateOf(
      ACTORS * BATCH,
      () => Promise.all(callers.map((caller, index) => caller.ask.batchArg(servers[index]!, BATCH))),
      scale,
    ),
  };
}

async function measureTrips(ask: () => Promise<number>, place: Place, scale: ActorScale): Promise<Figures> {
  const count = place === "here" ? scale.roundTripsHere : scale.roundTrips;
  await using raw: RawTrip | undefined = place === "here"
    ? undefined
    : place === "thread"
    ? openRawThread("node:worker_threads")
    : await openRawSocket();
  const { us, overRaw, rawUs } = await measureRoundTrips(ask, count, scale.repeats, raw?.ask);
  const figures: Record<string, Figure> = {
    ask_round_trip: { value: us },
    "1_1_actor_calls_sync": { value: 1e6 / us },
  };
  if (overRaw !== undefined) figures["ask_over_raw"] = { value: overRaw, note: `raw: ${rawUs!.toFixed(1)} us` };
  return figures;
}

async function measureAll(cast: Cast, place: Place): Promise<Figures> {
  const { scale, isWanted } = readActorScale(Deno.args);
  const [server] = cast.servers;
  const ask = () => server!.ask.smallValue();
  if (await ask() !== 7) throw new Error("Cannot measure asks: the answer is wrong");
  const figures: Record<string, Figure> = {};
  if (["ask_round_trip", "ask_over_raw", "1_1_actor_calls_sync"].some(isWanted)) {
    Object.assign(figures, await measureTrips(ask, place, scale));
  }
  Object.assign(figures, await measureAsks(ask, scale, isWanted));
  if (isWanted("1_1_actor_calls_concurrent")) {
    const askLater = () => cast.concurrent.ask.smallValueLater();
    figures["1_1_actor_calls_concurrent"] = await rateOf(BATCH, () => askAtOnce(askLater, BATCH), scale);
  }
  if (isWanted("tells_batched")) {
    const figure: MeasuredFigure = await rateOf(scale.tells, () => tellAll(server!, scale.tells), scale);
    figures["tells_batched"] = figure;
  }
  if (["1_n_actor_calls_async", "n_n_actor_calls_async", "n_n_actor_calls_with_arg_async"].some(isWanted)) {
    Object.assign(figures, await measureGroups(cast, scale));
  }
  return figures;
}

async function main(place: Place): Promise<void> {
  const peers: PeerProcess[] = [];
  try {
    if (place === "tcp") {
      const script = new URL("./system_peer.ts", import.meta.url);
      for (let index = 0; index < 2 * ACTORS; index++) peers.push(await startPeerProcess(script));
    }
    await using system = await ActorSystem.start();
    printFigures(await measureAll(await openCast(system, place, peers), place));
  } finally {
    for (const peer of peers) await peer.close();
  }
}

const place = PLACES.find((one) => one === Deno.args[0]);
if (place === undefined) throw new Error(`Cannot measure actors: ${Deno.args[0]} is none of ${PLACES.join(", ")}`);
await main(place);
