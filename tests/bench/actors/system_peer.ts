/** An actor system in a process of its own: prints its address, and lives until it is killed. */
import { ActorSystem } from "../../../mod.ts";

const system = await ActorSystem.start({ listen: "tcp://127.0.0.1:0" });
Deno.stdout.writeSync(new TextEncoder().encode(`${system.address}\n`));
await new Promise<never>(() => setInterval(() => {}, 1_000_000));
