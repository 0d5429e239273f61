import { assert, assertEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { parseByteSize } from "../../actors/cluster/byte_size.ts";

Deno.test("parseByteSize() reads numbers of bytes and texts with units", () => {
  const sizes = [1, 1.5, "1", "1 B", "2kB", "2 MB", "1.5GB", "4KiB", "512 MiB", " 1 GiB "];
  assertEquals(
    sizes.map((size) => parseByteSize(size, "memoryLimit")),
    [1, 1, 1, 1, 2_000, 2_000_000, 1_500_000_000, 4_096, 512 * 1024 ** 2, 1024 ** 3],
  );
});

Deno.test("parseByteSize() refuses what is no size, by the option's name", () => {
  for (const size of ["", "much", "1 kb", "-1", "1e3 MB", 0, -1, NaN, Infinity, null, undefined, {}]) {
    const error = assertThrows(() => parseByteSize(size, "memoryLimit"));
    assert(TroupeError.is(error, "input/invalid"), String(size));
    assert(error.message.startsWith("Cannot read memoryLimit: "));
  }
});
