/** Tasks inside tasks where each call is a task of its own: `fib(20)` is 21,891 tasks. */
import { Client, getClient } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { medianMs, perSecond } from "../measure.ts";
import { readScale } from "../scale.ts";

async function fib(n: number): Promise<number> {
  if (n < 2) return n;
  const client = getClient().with({ pure: false });
  using a = client.submit(fib, n - 1);
  using b = client.submit(fib, n - 2);
  return await a.result() + await b.result();
}

function expectedFib(n: number): number {
  let [a, b] = [0, 1];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

async function runFib(client: Client, n: number): Promise<void> {
  using future = client.with({ pure: false }).submit(fib, n);
  const value = await future.result();
  if (value !== expectedFib(n)) throw new Error(`Cannot measure nested tasks: fib(${n}) gave ${value}`);
}

const { fibWide, repeats } = readScale(Deno.args);
await using client = await Client.connect({ workers: 1, threadsPerWorker: 2, dashboardPort: false });
const calls = 2 * expectedFib(fibWide + 1) - 1;
const ms = await medianMs(() => runFib(client, fibWide), { repeats });
printFigures({ fib_20_impure: { value: perSecond(calls, ms), note: `${calls} tasks` } });
