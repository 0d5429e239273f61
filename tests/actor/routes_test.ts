import { assertEquals } from "@std/assert";
import { Link } from "../../actors/actor/link.ts";
import { Routes } from "../../actors/actor/routes.ts";
import { inProcessPair } from "../../actors/transport/in_process.ts";

function linkTo(system: string): Link {
  return new Link(system, "", inProcessPair()[0]);
}

Deno.test("Routes.add() keeps the older link to a system in use", () => {
  const routes = new Routes();
  const [older, newer] = [linkTo("b"), linkTo("b")];
  routes.add(older, false);
  routes.add(newer, false);
  assertEquals(routes.to("b") === older, true);
  assertEquals(routes.linkDown(newer), []);
  assertEquals(routes.linkDown(older), ["b"]);
});

Deno.test("Routes.linkDown() gives all systems that were behind the link", () => {
  const routes = new Routes();
  const [b, c] = [linkTo("b"), linkTo("c")];
  routes.add(b, true);
  routes.add(c, false);
  routes.learn("x", b);
  routes.learn("y", c);
  routes.learn("c", b);
  assertEquals(routes.to("c") === c, true);
  assertEquals(routes.linkDown(b), ["b", "x"]);
  assertEquals([routes.gateway, routes.to("x")], [undefined, undefined]);
  assertEquals(routes.to("y") === c, true);
});

Deno.test("Routes.systemGone() believes only the link that leads there", () => {
  const routes = new Routes();
  const [b, c] = [linkTo("b"), linkTo("c")];
  routes.add(b, false);
  routes.add(c, false);
  routes.learn("x", b);
  assertEquals([routes.systemGone("x", c), routes.systemGone("b", c), routes.systemGone("x", b)], [false, false, true]);
});

Deno.test("Routes.takeAudience() gives each live link once", () => {
  const routes = new Routes();
  const [b, c] = [linkTo("b"), linkTo("c")];
  routes.add(b, false);
  routes.add(c, false);
  for (const link of [b, b, c]) routes.passedOn("x", link);
  routes.linkDown(c);
  assertEquals(routes.takeAudience("x").map((link) => link.system), ["b"]);
  assertEquals(routes.takeAudience("x"), []);
});

Deno.test("Routes.all holds links that are not in use, until they are down", () => {
  const routes = new Routes();
  const [older, newer] = [linkTo("b"), linkTo("b")];
  for (const link of [older, newer]) routes.add(link, false);
  assertEquals([routes.all.length, routes.links.length], [2, 1]);
  routes.linkDown(newer);
  assertEquals([routes.all.length, routes.all[0] === older], [1, true]);
});

Deno.test("Routes.hosted holds the systems of hosts, until they cannot be reached", () => {
  const routes = new Routes();
  const [host, other] = [linkTo("b"), linkTo("c")];
  routes.add(host, false);
  routes.add(other, false);
  routes.addHosted("b", host);
  for (const system of ["x", "y"]) routes.addHosted(system, host);
  assertEquals([routes.isToHost(host), routes.isToHost(other)], [true, false]);
  assertEquals(routes.systemGone("x", host), true);
  assertEquals(routes.hosted, ["b", "y"]);
  assertEquals(routes.linkDown(host), ["b", "y"]);
  assertEquals([routes.hosted, routes.isToHost(host)], [[], false]);
});
