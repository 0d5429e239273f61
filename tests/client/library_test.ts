import { assertEquals } from "@std/assert";
import { getClient } from "../../actors/client/client.ts";
import { libraryWith } from "../../actors/client/library.ts";

Deno.test("libraryWith() gives functions under their own names", () => {
  const library = libraryWith(getClient);
  for (const [name, value] of Object.entries(library)) assertEquals(Object(value).name, name);
  assertEquals(library.getClient, getClient);
});
