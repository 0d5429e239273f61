import { assertEquals, assertStrictEquals } from "@std/assert";
import { ClassFinder, importClass } from "../../actors/actor/class_reference.ts";
import { Actor } from "@troupe/troupe";
import { failsWith } from "../support/codes.ts";
import { Child, Counter } from "./actor_cast.ts";

const CAST = import.meta.resolve("./actor_cast.ts");

Deno.test("ClassFinder.find() gives module and export of a class, importClass() the class", async () => {
  const finder = new ClassFinder();
  assertEquals(await finder.find(Counter, "a thread"), { module: CAST, export: "Counter" });
  const found = await finder.find(Child, "a thread");
  assertStrictEquals<unknown>(await importClass(found), Child);
});

Deno.test("ClassFinder.find() refuses a class that is no export of another module", async () => {
  class Local extends Actor {}
  const { message, hint } = await failsWith("input/invalid", () => new ClassFinder().find(Local, "a thread"));
  assertEquals(message, "Cannot spawn Local on a thread: it is no export of a module other than the main one");
  assertEquals(hint, "Export the class from a module of its own");
});

Deno.test("importClass() refuses what is no class", async () => {
  await failsWith("input/invalid", () => importClass({ module: CAST, export: "Nobody" }));
});
