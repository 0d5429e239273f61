import { assertEquals } from "@std/assert";
import { printedValue } from "../../cli/json_argument.ts";

Deno.test("printedValue() prints texts as they are, data as JSON, the rest as Deno does", () => {
  assertEquals([printedValue("a\nb"), printedValue({ a: [1, null, "x"] }), printedValue(2)], [
    "a\nb",
    '{"a":[1,null,"x"]}',
    "2",
  ]);
  assertEquals([printedValue(2n), printedValue(new Map([["k", 1]])), printedValue([NaN])], [
    "2n",
    'Map(1) { "k" => 1 }',
    "[ NaN ]",
  ]);
});
