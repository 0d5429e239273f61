import { assertEquals, assertMatch } from "@std/assert";
import { CallHasher } from "../../actors/client/task_key.ts";
import type { PackedArg } from "../../actors/protocol/packed.ts";

Deno.test("CallHasher.hash() tells calls apart by function, arguments, their types, and dependencies", () => {
  const hasher = new CallHasher();
  const bytes = (...list: number[]) => new Uint8Array(list);
  const calls: [string, PackedArg[], string[]][] = [
    ["f", [], []],
    ["g", [], []],
    ["f", [1], []],
    ["f", ["1"], []],
    ["f", [1n], []],
    ["f", [bytes(1)], []],
    ["f", [bytes(1), bytes(2)], []],
    ["f", [bytes(1, 2)], []],
    ["f", [[bytes(1), bytes(2)]], []],
    ["f", [[bytes(1)]], []],
    ["f", [null], []],
    ["f", [undefined], []],
    ["f", [true], []],
    ["f", [false], []],
    ["f", [0], []],
    ["f", [1, 2], []],
    ["f", [2, 1], []],
    ["f", ["ab", "c"], []],
    ["f", ["a", "bc"], []],
    ["f", [[0]], ["k"]],
    ["f", [[0]], ["l"]],
    ["f", [[0], [1]], ["k", "l"]],
    ["f", [[1], [0]], ["k", "l"]],
  ];
  const hashes = calls.map((call) => hasher.hash(...call));
  assertEquals(new Set(hashes).size, calls.length);
  for (const hash of hashes) assertMatch(hash, /^[0-9a-f]{32}$/);
  assertEquals(calls.map((call) => new CallHasher().hash(...call)), hashes);
});
