import { assertEquals } from "@std/assert";
import * as acorn from "acorn";
import { exportedNames } from "../../actors/code/exported_names.ts";

function names(text: string): string {
  const program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "module" });
  return exportedNames(program).map(([exported, local]) => `${exported}=${local}`).join(" ");
}

Deno.test("exportedNames() names a module's own exports, in the order of the text", () => {
  assertEquals(names("export function b() {} export class A {} export let c, d = 1;"), "b=b A=A c=c d=d");
  assertEquals(
    names("const a = 1; export { a as b, a as default, a as 'c d' }; export { x } from 'y';"),
    "b=a default=a c d=a",
  );
  assertEquals(names("export const { a, b: [c, ...d], e = 1, ...f } = {};"), "a=a c=c d=d e=e f=f");
});

Deno.test("exportedNames() knows V8's name for a default without one", () => {
  assertEquals(names("export default () => 1"), "default=*default*");
  assertEquals(names("export default function () {}"), "default=*default*");
  assertEquals(names("export default class A {}"), "default=A");
  assertEquals(names("const a = 1; export default a"), "default=a");
});
