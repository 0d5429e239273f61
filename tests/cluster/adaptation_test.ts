import { assert, assertEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import type { AdaptOptions } from "../../actors/client/cluster_handle.ts";
import { Adaptation } from "../../actors/cluster/adaptation.ts";
import type { ClusterLoad } from "../../actors/cluster/load.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** An adaptation of a crew that does at once what it is told. */
class Rig {
  readonly clock = new FakeClock();
  readonly failures: string[] = [];
  names: string[] = [];
  ready = 0;
  /** Thrown by the next looks; undefined for an answer. */
  error: Error | undefined;
  readonly adaptation: Adaptation;

  constructor(wish: AdaptOptions) {
    this.adaptation = new Adaptation({
      clock: this.clock,
      crew: {
        names: this.names,
        resize: (workers) => {
          while (this.names.length < workers) this.names.push(`w${this.names.length}`);
          return Promise.resolve();
        },
        dismiss: (names) => {
          for (const name of names) this.names.splice(this.names.indexOf(name), 1);
          return Promise.resolve();
        },
      },
      threadsPerWorker: 1,
      read: () => this.error === undefined ? Promise.resolve(this.#load()) : Promise.reject(this.error),
      onFailure: (line) => this.failures.push(line),
    }, wish);
  }

  /** Lets one interval pass, and what it starts settle. */
  async pass(intervalMs = 1_000): Promise<void> {
    this.clock.advance(intervalMs);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  #load(): ClusterLoad {
    const workers = this.names.map((name) => ({ name, isIdle: true, held: 0 }));
    return { ready: this.ready, tasks: this.ready, workers };
  }
}

Deno.test("Adaptation starts with the minimum, follows the load up at once and down slowly", async () => {
  const rig = new Rig({ minimum: 1, maximum: 3 });
  await rig.adaptation.begin();
  assertEquals(rig.names, ["w0"]);
  rig.ready = 10;
  await rig.pass();
  assertEquals(rig.names, ["w0", "w1", "w2"]);
  rig.ready = 0;
  await rig.pass();
  await rig.pass();
  assertEquals(rig.names.length, 3);
  await rig.pass();
  assertEquals(rig.names, ["w0"]);
  rig.adaptation.end();
});

Deno.test("Adaptation goes on after a failure, and tells of the same one once", async () => {
  const rig = new Rig({ maximum: 2, intervalMs: 50 });
  rig.error = new Error("no answer");
  await rig.adaptation.begin();
  await rig.pass(50);
  assertEquals(rig.failures, ["Cannot adapt cluster, will try again: no answer"]);
  rig.error = undefined;
  rig.ready = 2;
  await rig.pass(50);
  assertEquals(rig.names, ["w0", "w1"]);
  rig.error = new Error("no answer");
  await rig.pass(50);
  assertEquals(rig.failures.length, 2);
  rig.adaptation.end();
});

Deno.test("Adaptation decides nothing after its end", async () => {
  const rig = new Rig({ maximum: 2 });
  await rig.adaptation.begin();
  rig.adaptation.end();
  rig.ready = 2;
  await rig.pass();
  assertEquals(rig.names, []);
});

Deno.test("Adaptation refuses bad wishes", () => {
  const bad = [{}, { maximum: 0 }, { minimum: 3, maximum: 2 }, { maximum: 2, intervalMs: 0 }, {
    maximum: 1,
    maximun: 2,
  }];
  for (const wish of bad) {
    const error = assertThrows(() => new Rig(wish as AdaptOptions));
    assert(TroupeError.is(error, "input/invalid"), Deno.inspect(wish));
  }
});
