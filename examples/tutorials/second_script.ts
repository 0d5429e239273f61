/** A session of its own, which uses the scheduler at the address that it is given. */
import { Client } from "@troupe/troupe";

await using client = await Client.connect(Deno.args[0] ?? "127.0.0.1:8786");
await client.waitForWorkers(1);
console.log(client);
console.log("4 * 21 =", await client.submit((x: number, y: number) => x * y, 4, 21).result());
