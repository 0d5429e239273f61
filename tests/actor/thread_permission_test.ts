import { assertThrows } from "@std/assert";
import { checkThreadPermission } from "../../actors/actor/thread_permission.ts";

Deno.test("checkThreadPermission() says what is missing, and what to do", { permissions: { read: false } }, () => {
  const modules = new URL("file:///some/where/");
  assertThrows(
    () => checkThreadPermission("start worker", modules),
    Error,
    'Cannot start worker: threads load modules from "/some/where/", which may not be read',
  );
});

Deno.test("checkThreadPermission() is content with leave to read, and asks for none where modules are no files", () => {
  checkThreadPermission("start worker");
  checkThreadPermission("start worker", new URL("https://example.com/"));
});
