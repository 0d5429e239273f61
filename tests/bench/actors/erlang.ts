/**
 * Erlang/OTP as Debian has it (`apt-get install erlang-base`): `local` within one node, `nodes` between two on loopback,
 * without the daemon that finds nodes, which would stay behind.
 */
import { type Figure, printFigures } from "../figure.ts";
import { ACTOR_ROWS, readActorScale } from "./actor_row.ts";

const SCRIPT = new URL("./erlang_rows.escript", import.meta.url).pathname;

/** Flags of one node: it listens on loopback or not at all, and finds the other by its port. */
function flagsOf(name: string, port: number, cookie: string): string {
  const listen = name === "server" ? "-kernel inet_dist_use_interface {127,0,0,1}" : "-dist_listen false";
  return `-start_epmd false -erl_epmd_port ${port} -name ${name}@127.0.0.1 -setcookie ${cookie} ${listen}`;
}

function startScript(args: readonly string[], flags: string): Deno.ChildProcess {
  return new Deno.Command("escript", {
    args: [SCRIPT, ...args],
    env: { ERL_FLAGS: flags },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

async function readRows(child: Deno.ChildProcess): Promise<Record<string, Figure>> {
  const { code, stdout } = await child.output();
  if (code !== 0) throw new Error(`Cannot measure Erlang: it ended with code ${code}`);
  const figures: Record<string, Figure> = {};
  for (const line of new TextDecoder().decode(stdout).trim().split("\n")) {
    const [name = "", text = ""] = line.split(" ");
    const row = ACTOR_ROWS.find((one) => one.name === name);
    if (row === undefined) throw new Error(`Cannot measure Erlang: it printed ${Deno.inspect(line)}`);
    const us = Number(text);
    figures[name] = { value: row.isHigherBetter ? 1e6 / us : us };
    if (name === "ask_round_trip") figures["1_1_actor_calls_sync"] = { value: 1e6 / us };
  }
  return figures;
}

/** A port that was free a moment ago: the node takes none that it would tell. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function measureNodes(sizes: readonly string[]): Promise<Record<string, Figure>> {
  const port = freePort();
  const cookie = crypto.randomUUID();
  const server = startScript(["server"], flagsOf("server", port, cookie));
  try {
    const reader = server.stdout.getReader();
    // "ready", or its end: then the client says what is wrong.
    await reader.read();
    reader.releaseLock();
    return await readRows(startScript(["client", "server@127.0.0.1", ...sizes], flagsOf("client", port, cookie)));
  } finally {
    server.kill("SIGKILL");
    await server.status;
    await server.stdout.cancel();
  }
}

async function measureAll(mode: string | undefined): Promise<Record<string, Figure>> {
  const { scale } = readActorScale(Deno.args);
  const trips = mode === "local" ? scale.roundTripsHere : scale.roundTrips;
  const sizes = [scale.repeats, trips, scale.flights, scale.tells].map(String);
  try {
    return mode === "local" ? await readRows(startScript(["local", ...sizes], "")) : await measureNodes(sizes);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return Object.fromEntries(ACTOR_ROWS.map(({ name }) => [name, { missing: "not installed" }]));
  }
}

printFigures(await measureAll(Deno.args[0]));
