import { assertEquals } from "@std/assert";
import { RemoteCluster } from "../../actors/client/cluster_handle.ts";
import { readConnectTarget } from "../../actors/client/connect_options.ts";
import { failsWith } from "../support/codes.ts";

Deno.test("readConnectTarget() tells the forms apart", () => {
  assertEquals(readConnectTarget(undefined, undefined), { kind: "default" });
  for (
    const address of ["tcp://10.0.0.5:8786", "10.0.0.5:8786", "localhost:1", "[::1]:8786", "unix:/tmp/x", "tls://h:1"]
  ) {
    assertEquals(readConnectTarget(address, undefined), { kind: "address", address, options: {} });
  }
  const options = { token: "t", name: "n", timeoutMs: 5 };
  assertEquals(readConnectTarget("h:1", options), { kind: "address", address: "h:1", options });
  const cluster = new RemoteCluster("tcp://h:1", undefined);
  assertEquals(readConnectTarget(cluster, options), { kind: "cluster", cluster, options });
  assertEquals(readConnectTarget({ workers: 2 }, undefined), { kind: "local", options: { workers: 2 } });
});

const WRONG: readonly [name: string, target: unknown, options: unknown, message: string][] = [
  ["nonsense", "nonsense", undefined, 'Cannot connect: "nonsense" is no address'],
  ["a number", 5, undefined, "Cannot connect: 5 is no address, cluster or options object"],
  ["null", null, undefined, "Cannot connect: null is no address, cluster or options object"],
  ["an array", [], undefined, "Cannot connect: [] is no address, cluster or options object"],
  ["an unknown option", { nWorkers: 2 }, undefined, 'Cannot connect: there is no option "nWorkers"'],
  ["an option of the other form", "h:1", { workers: 2 }, 'Cannot connect: there is no option "workers"'],
  ["two objects of options", { workers: 1 }, {}, "Cannot connect: there are two options objects"],
  ["options alone", undefined, {}, "Cannot connect: options {} come without an address or a cluster"],
  ["no options object", "h:1", "t", 'Cannot connect: "t" is no options object'],
  ["a wrong time limit", "h:1", { timeoutMs: -1 }, "Cannot connect: timeoutMs is -1"],
];

for (const [name, target, options, message] of WRONG) {
  Deno.test(`readConnectTarget() refuses ${name}`, async () => {
    const error = await failsWith("input/invalid", () => readConnectTarget(target, options));
    assertEquals(error.message, message);
  });
}
