import { assertEquals } from "@std/assert";
import { showAs } from "../../actors/client/inspect.ts";

Deno.test("showAs() makes Deno.inspect show a text", () => {
  class Point {
    readonly x = 1;
  }
  showAs(Point.prototype, (point) => `<Point: ${point.x}>`);
  assertEquals(Deno.inspect([new Point()]), "[ <Point: 1> ]");
  assertEquals(Object.keys(Point.prototype), []);
});
