import { assertEquals } from "@std/assert";
import { codeUrl, positionText } from "../../actors/code/code_frames.ts";
import { originalPosition } from "../../actors/code/source_position.ts";

Deno.test("originalPosition() leaves positions in plain scripts, and knows none of files that are not loaded", () => {
  assertEquals(originalPosition("file:///app/main.js", 4, 2), "file:///app/main.js:5:3");
  assertEquals(originalPosition(codeUrl("abc1"), 4, 2), positionText(codeUrl("abc1"), 5, 3));
  assertEquals(originalPosition("file:///app/main.ts", 4, 2), undefined);
});
