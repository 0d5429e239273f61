import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { findBinding, FunctionInspector, readBinding } from "../../actors/code/function_inspector.ts";
import { double } from "./stateful_module.ts";

function open(): FunctionInspector {
  const inspector = FunctionInspector.open();
  assert(inspector !== undefined);
  return inspector;
}

Deno.test("FunctionInspector.scopesOf() gives bindings as they are now, the nearest scope first", () => {
  const shared = { a: 1 };
  let count = 1;
  const make = (shadowed: string) => () => [shared, count, shadowed];
  const scopes = open().scopesOf(make("near"));
  const shared2 = findBinding(scopes, "shared");
  assert(shared2.isFound);
  assertStrictEquals(shared2.value, shared);
  assertEquals(findBinding(scopes, "shadowed"), { isFound: true, isModule: false, isReady: true, value: "near" });
  assertEquals(findBinding(scopes, "count"), { isFound: true, isModule: false, isReady: true, value: 1 });
  count++;
  assertEquals(findBinding(open().scopesOf(make("")), "count"), {
    isFound: true,
    isModule: false,
    isReady: true,
    value: 2,
  });
  assertEquals(findBinding(scopes, "count"), { isFound: true, isModule: false, isReady: true, value: 1 });
  assertEquals(findBinding(scopes, "neverThere"), { isFound: false });
  assertEquals(findBinding(scopes, "toString"), { isFound: false });
});

Deno.test("FunctionInspector.scopesOf() is empty for native functions", () => {
  assertEquals(open().scopesOf(Math.max), []);
});

Deno.test("FunctionInspector.placeOf() names the script, and sourceOf() its text", () => {
  const inspector = open();
  const place = inspector.placeOf(double);
  assertEquals(place?.url, new URL("./stateful_module.ts", import.meta.url).href);
  assert(inspector.sourceOf(place?.scriptId ?? "").includes("function double("));
  assertEquals(inspector.placeOf(Math.max), undefined);
  assertEquals(inspector.placeOf(new Proxy(double, {})), undefined);
});

Deno.test("FunctionInspector.placeOf() knows a script that was loaded after the first question", async () => {
  const inspector = open();
  inspector.placeOf(double);
  const url = "data:text/javascript,export function late() { return 1; }";
  const { late } = await import(url);
  assertEquals(inspector.placeOf(late)?.url, url);
});

Deno.test("FunctionInspector.placeOf() asks no debugger about the script that is running, however deep its calls are", async () => {
  const { Session } = await import("node:inspector");
  const asked: string[] = [];
  const { post } = Session.prototype;
  Session.prototype.post = function (this: InstanceType<typeof Session>, ...args: [string, ...unknown[]]) {
    asked.push(args[0]);
    return Reflect.apply(post, this, args);
  };
  try {
    const deep = (calls: number): string | undefined =>
      calls === 0 ? open().placeOf(() => asked)?.url : [calls - 1].map(deep)[0];
    assertEquals(deep(40), import.meta.url);
    assert(!asked.includes("Debugger.enable"), asked.join(" "));
    open().placeOf(double); // written elsewhere
    assert(asked.includes("Debugger.enable"), asked.join(" "));
  } finally {
    Session.prototype.post = post;
  }
});

Deno.test("FunctionInspector leaves a pending nextTick of the program alone", async () => {
  const { default: process } = await import("node:process");
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  process.nextTick(() => {
    order.push("tick");
    resolve();
  });
  open().placeOf(double);
  order.push("inspected");
  await promise;
  assertEquals(order, ["inspected", "tick"]);
});

Deno.test("readBinding() gives undefined for what is not initialised yet, and throws what a getter throws", () => {
  const scopes = open().scopesOf(() => later);
  assertEquals(findBinding(scopes, "later"), { isFound: true, isModule: false, isReady: false, value: undefined });
  const later = 1;
  assertEquals(readBinding({ later }, "later"), 1);
});

Deno.test("FunctionInspector.boundOf() tells what bind was given", () => {
  const self = {};
  const target = function (this: unknown, ...args: unknown[]): unknown {
    return [this, args];
  };
  const list = [1];
  const bound = open().boundOf(target.bind(self, list, -0, NaN, 5n, "x", undefined));
  assertStrictEquals(bound?.target, target);
  assertStrictEquals(bound?.self, self);
  assertStrictEquals(bound?.args[0], list);
  assertEquals(bound?.args.slice(1), [-0, NaN, 5n, "x", undefined]);
  assertEquals(open().boundOf(target.bind(-0))?.self, -0);
  assertEquals(open().boundOf(target), undefined);
});
