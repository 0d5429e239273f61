import { assertEquals } from "@std/assert";
import { type CodeFrame, codeUrl, isCodeUrl, positionText, replaceCodeFrames } from "../../actors/code/code_frames.ts";

Deno.test("replaceCodeFrames() puts the position of each frame of code, and leaves the others", () => {
  const url = codeUrl("abc1");
  const stack = [
    `Error: in ${url}`,
    `    at sum (${positionText(url, 7, 11)})`,
    `    at async eval (${url}:8:1)`,
    `    at async ${positionText(url, 9, 2)}`,
    `    at other (${positionText(codeUrl("ffff"), 1, 1)})`,
    "    at main (file:///main.ts:1:1)",
  ].join("\n");
  const asked: CodeFrame[] = [];
  const replaced = replaceCodeFrames(stack, (frame) => {
    asked.push(frame);
    return frame.hash === "abc1" ? `file:///a.ts:${frame.line * 10}:${frame.column}` : undefined;
  });
  assertEquals(replaced.split("\n").map((line) => line.trim()), [
    `Error: in ${url}`,
    "at sum (file:///a.ts:70:11)",
    "at async file:///a.ts:80:1",
    "at async file:///a.ts:90:2",
    "at other (troupe-code:///ffff, <anonymous>:1:1)",
    "at main (file:///main.ts:1:1)",
  ]);
  assertEquals(asked[0], { hash: "abc1", line: 7, column: 11 });
});

Deno.test("isCodeUrl() tells names of revived scripts from others", () => {
  assertEquals([isCodeUrl(codeUrl("abc1")), isCodeUrl("file:///a.ts")], [true, false]);
});
