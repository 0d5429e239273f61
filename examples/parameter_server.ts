/**
 * A parameter server: an actor of the cluster holds the weights of a model, tasks pull them, and push gradients of their
 * share of the data. Nobody waits for anybody else.
 *
 * The data: how far cars went after braking, in feet, at what speed, in miles per hour, as measured in the 1920s.
 * M. Ezekiel, Methods of Correlation Analysis, Wiley, 1930.
 *
 * @module
 */
import { Actor, Client, type ClusterActorRef } from "@troupe/troupe";

const SPEEDS = [
  ...[4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15],
  ...[15, 16, 16, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25],
];
const DISTANCES = [
  ...[2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26],
  ...[54, 32, 40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85],
];

/** A speed, centred and scaled, and a distance. */
type Row = readonly [x: number, y: number];
/** Of `distance = offset + slope * x`. */
type Weights = readonly [offset: number, slope: number];

/** Holds the weights. */
class ParameterServer extends Actor {
  #weights: Weights = [0, 0];
  readonly #rate: number;

  constructor(rate: number) {
    super();
    this.#rate = rate;
  }

  weights(): Weights {
    return this.#weights;
  }

  push(gradient: Weights): void {
    const [offset, slope] = this.#weights;
    this.#weights = [offset - this.#rate * gradient[0], slope - this.#rate * gradient[1]];
  }
}

/** Goes downhill on its share of the data, with whatever weights the others have made of them meanwhile. */
async function train(server: ClusterActorRef<ParameterServer>, rows: readonly Row[], steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    const [offset, slope] = await server.ask.weights().result();
    let [downOffset, downSlope] = [0, 0];
    for (const [x, y] of rows) {
      const error = offset + slope * x - y;
      downOffset += error / rows.length;
      downSlope += error * x / rows.length;
    }
    void server.tell.push([downOffset, downSlope]);
  }
}

/** Mean of the squared errors. */
function loss([offset, slope]: Weights, rows: readonly Row[]): number {
  return rows.reduce((sum, [x, y]) => sum + (offset + slope * x - y) ** 2, 0) / rows.length;
}

if (import.meta.main) {
  const rows = SPEEDS.map((speed, i): Row => [(speed - 15.4) / 5.3, DISTANCES[i]!]);
  // Every fourth row each, so that all shares look alike.
  const shares = [0, 1, 2, 3].map((first) => rows.filter((_, i) => i % 4 === first));
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 2 });
  using server = await client.actor(ParameterServer, 0.02);
  const [data] = await client.scatter([rows]);
  for (let round = 0; round <= 5; round++) {
    // The reply is a future: the task waits for it.
    const value = await client.submit(loss, server.ask.weights(), data!).result();
    console.log(`round ${round}: loss ${value.toFixed(1)}`);
    await client.gather(shares.map((share) => client.with({ pure: false }).submit(train, server, share, 15)));
  }
  const [offset, slope] = await server.ask.weights().result();
  const perMph = slope / 5.3;
  console.log(`distance = ${(offset - 15.4 * perMph).toFixed(0)} + ${perMph.toFixed(1)} * speed`);
}
