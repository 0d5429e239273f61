import { assertEquals } from "@std/assert";
import { listenSocket } from "../../actors/transport/listener.ts";
import { clearSocketFile } from "../../actors/transport/socket_file.ts";
import { failsWith } from "../support/codes.ts";
import { listenOptions } from "../support/links.ts";

/** Listens at a path until it is killed. */
async function listenAndDie(path: string): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const source = `Deno.listen({ transport: "unix", path: ${JSON.stringify(path)} }); console.log("listening");`;
  await writer.write(new TextEncoder().encode(`${source} setInterval(() => {}, 1_000_000);`));
  await writer.close();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
}

Deno.test("clearSocketFile() removes the socket file of a listener that was killed, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  const address = `unix:${path}`;
  await listenAndDie(path);
  await failsWith("cluster/port-in-use", () => listenSocket(address, listenOptions(), () => {}));
  await clearSocketFile(address);
  const listener = listenSocket(address, listenOptions(), () => {});
  listener.ref();
  // One that lives stays.
  await clearSocketFile(address);
  const { message } = await failsWith("cluster/port-in-use", () => listenSocket(address, listenOptions(), () => {}));
  assertEquals(message, `Cannot listen on ${address}: the path is in use`);
  await listener.close();
  await clearSocketFile(address);
  await clearSocketFile("tcp://127.0.0.1:0");
  await Deno.writeTextFile(path, "a file");
  await clearSocketFile(address);
  assertEquals(await Deno.readTextFile(path), "a file");
  await Deno.remove(folder, { recursive: true });
});
