import { assertEquals } from "@std/assert";

import { formatAddress, isLoopback, parseAddress } from "../../actors/transport/address.ts";
import { failsWith } from "../support/codes.ts";

Deno.test("parseAddress() reads every form and formatAddress() gives the full one", () => {
  const cases: [string, string][] = [
    ["tcp://127.0.0.1:8786", "tcp://127.0.0.1:8786"],
    ["10.0.0.5:8786", "tcp://10.0.0.5:8786"],
    ["localhost:0", "tcp://localhost:0"],
    ["tls://scheduler.example-host.org:65535", "tls://scheduler.example-host.org:65535"],
    ["tcp://scheduler", "tcp://scheduler:8786"],
    ["tls://[::1]", "tls://[::1]:8786"],
    ["tcp://[fe80::1%eth0]:5000", "tcp://[fe80::1%eth0]:5000"],
    ["[::]:0", "tcp://[::]:0"],
    ["unix:/run/troupe.sock", "unix:/run/troupe.sock"],
    ["unix:///run/troupe.sock", "unix:/run/troupe.sock"],
  ];
  for (const [text, full] of cases) {
    assertEquals(formatAddress(parseAddress(text)), full);
    assertEquals(parseAddress(full), parseAddress(text));
  }
});

Deno.test("parseAddress() refuses with the text and what was expected when it is no address", async () => {
  const cases: [string, string][] = [
    ["nonsense", "tcp://host:port"],
    ["", "tcp://host:port"],
    ["http://127.0.0.1:80", "tcp://host:port"],
    ["tcp://::1:80", "tcp://host:port"],
    ["tcp://host:80/actor", "a port from 0 to 65535"],
    ["tcp://host:65536", "a port from 0 to 65535"],
    ["tcp://host:", "a port from 0 to 65535"],
    ["host:-1", "a port from 0 to 65535"],
    ["tcp://:80", "tcp://host:port"],
    ["unix:relative.sock", "unix:/path/to/socket"],
  ];
  for (const [text, expected] of cases) {
    const error = await failsWith("input/invalid", () => parseAddress(text));
    assertEquals(error.message, `Cannot parse address ${JSON.stringify(text)}: expected ${expected}`);
  }
});

Deno.test("isLoopback() is true only when no other machine can come in", () => {
  const own = ["127.0.0.1:1", "127.8.9.1:1", "localhost:1", "[::1]:1", "unix:/s"];
  const open = ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "127.example.org:1", "localhost.example.org:1"];
  assertEquals(own.map((text) => isLoopback(parseAddress(text))), own.map(() => true));
  assertEquals(open.map((text) => isLoopback(parseAddress(text))), open.map(() => false));
});
