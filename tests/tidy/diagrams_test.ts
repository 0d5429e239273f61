/** A drawing that cannot lie: those of ARCHITECTURE are the tables that the machines obey. @module */
import { assertEquals } from "@std/assert";
import { transitionDiagram } from "../../actors/scheduler/machine/transitions.ts";
import { runTransitionDiagram } from "../../actors/worker/machine/transitions.ts";

Deno.test("ARCHITECTURE draws the transitions of tasks and runs as the machines have them", async () => {
  const page = await Deno.readTextFile(new URL("../../.github/ARCHITECTURE.md", import.meta.url));
  const drawings = [...page.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, drawing]) => drawing?.trim());
  assertEquals(drawings, [transitionDiagram().trim(), runTransitionDiagram().trim()]);
});
