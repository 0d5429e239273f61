/** Actors that come and go. With a greater number of cycles the program is run by hand. */
import { assertEquals, assertMatch } from "@std/assert";
import { runCheckoutScript } from "../support/scripts.ts";

const CYCLES = 5;

for (const place of ["here", "thread", "process", "tcp", "unix", "tls"]) {
  Deno.test(`actors that come and go in place "${place}" leave nothing behind`, async () => {
    const { code, stdout, stderr } = await runCheckoutScript("tests/end_to_end/spawn_cycles.ts", {
      args: [String(CYCLES), place],
      permissions: ["-A", "--v8-flags=--expose-gc"],
    });
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, new RegExp(`^clean after ${CYCLES} cycles in ${place}: `));
  });
}
