import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LoadingError, whenLoaded } from "../../actors/code/loading.ts";

Deno.test("whenLoaded() gives the value at once when it needs nothing", () => {
  assertEquals(whenLoaded(() => 1), 1);
});

Deno.test("whenLoaded() reads again until everything is loaded", async () => {
  let missing = 2;
  const read = () => {
    if (missing === 0) return "read";
    throw new LoadingError(Promise.resolve().then(() => missing--));
  };
  assertEquals(await whenLoaded(read), "read");
});

Deno.test("whenLoaded() passes on what fails", async () => {
  const fail = (): never => {
    throw new RangeError("bad");
  };
  assertThrows(() => whenLoaded(fail), RangeError, "bad");
  const unloadable = (): never => {
    throw new LoadingError(Promise.reject(new TypeError("not there")));
  };
  await assertRejects(async () => await whenLoaded(unloadable), TypeError, "not there");
});
