/** Links through a proxy that cuts, delays and garbles: nothing twice, nothing out of order, nobody waits for ever. */
import { assert, assertEquals } from "@std/assert";
import { type Actor, type ActorRef, ActorSystem } from "@troupe/troupe";
import { seededRandom } from "../../actors/base/random.ts";
import { Tally } from "../actor/tally.ts";
import { keepAwake } from "../support/cores.ts";
import { type Fault, FaultProxy } from "../support/fault_proxy.ts";

/** Numbered messages per fault. */
const COUNT = 10_000;

const FAULTS: Readonly<Record<string, (proxy: FaultProxy) => Fault>> = {
  cuts() {
    const random = seededRandom(1);
    return (bytes) => random.next() < 0.05 ? undefined : bytes;
  },
  "cuts in the middle of a frame"() {
    const random = seededRandom(2);
    let isCut = false;
    return (bytes) => {
      if (isCut) return isCut = false, undefined;
      isCut = random.next() < 0.05;
      return isCut ? bytes.subarray(0, bytes.length >> 1) : bytes;
    };
  },
  "flips bits"() {
    const random = seededRandom(4);
    return (bytes) => {
      if (random.next() < 0.05) bytes[Math.floor(random.next() * bytes.length)]! ^= 1 << Math.floor(random.next() * 8);
      return bytes;
    };
  },
  "loses bytes"() {
    const random = seededRandom(5);
    return (bytes) => {
      // So few that the next frame fills the gap: else one waits for the next heartbeat, seconds later.
      if (bytes.length < 500 || random.next() >= 0.1) return bytes;
      const at = Math.floor(random.next() * bytes.length);
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + Math.floor(random.next() * 16))]);
    };
  },
  "says things twice"() {
    const random = seededRandom(6);
    return (bytes) => random.next() < 0.05 ? Uint8Array.from([...bytes, ...bytes]) : bytes;
  },
  delays() {
    const random = seededRandom(3);
    return async (bytes) => {
      if (random.next() < 0.1) await new Promise((resolve) => setTimeout(resolve, 5));
      return bytes;
    };
  },
};

/** Tells and asks numbers in turn; gives what the asks ended with. */
async function flood(system: ActorSystem, address: string): Promise<Map<number, string>> {
  const outcomes = new Map<number, string>();
  const asks: Promise<void>[] = [];
  for (let n = 1; n <= COUNT;) {
    let tally: ActorRef<Tally>;
    try {
      tally = await system.lookup<Tally>(address, { timeoutMs: 60_000 });
    } catch {
      // Cut while it was looked up.
      continue;
    }
    for (const last = Math.min(COUNT, n + 200); n <= last; n++) {
      const asked = n;
      if (n % 2 === 0) void tally.tell.take(n);
      else {asks.push(
          tally.ask.take(n).then(() => "ok", ({ code }) => code).then((end) => void outcomes.set(asked, end)),
        );}
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await Promise.all(asks);
  return outcomes;
}

for (const [name, make] of Object.entries(FAULTS)) {
  Deno.test(`a link that ${name} delivers nothing twice, nothing out of order, and lets nobody wait`, async () => {
    using _awake = keepAwake();
    await using here = await ActorSystem.start({ listen: "tcp://127.0.0.1:0" });
    await using there = await ActorSystem.start();
    await using proxy = new FaultProxy(here.address!);
    const tally: ActorRef<Tally> = await here.spawn(Tally, { name: "tally", mailbox: { capacity: 1_000_000 } });
    proxy.fault = make(proxy);
    const outcomes = await flood(there, `${proxy.address}/tally`);
    proxy.fault = (bytes) => bytes;
    const taken = await tally.ask.taken();
    assert(taken.every((n, index) => index === 0 || n > taken[index - 1]!), "out of order, or twice");
    const seen = new Set(taken);
    for (const [n, outcome] of outcomes) {
      assert(
        outcome === "ok" ? seen.has(n) : ["link/down", "client/unreachable"].includes(outcome),
        `${n}: ${outcome}`,
      );
    }
    assertEquals(outcomes.size, COUNT / 2);
    if (name === "delays") assertEquals(taken.length, COUNT);
    else assert(proxy.connections > 3, `only ${proxy.connections} connections`);
    const last: ActorRef<Actor> = await there.lookup(`${proxy.address}/tally`, { timeoutMs: 60_000 });
    assertEquals(last[Symbol.toStringTag], "ActorRef");
  });
}
