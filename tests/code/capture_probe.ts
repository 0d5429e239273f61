/** Captures functions wherever it is loaded, and tells how they travel: to its parent thread, else as JSON on stdout. */
import { parentPort } from "node:worker_threads";
import { TroupeError } from "../../actors/base/errors.ts";
import { Capturer } from "../../actors/code/capture.ts";
import { parseCode } from "../../actors/code/function_code.ts";
import * as stub from "./library_stub.ts";
import { getClient, getClient as gc } from "./library_stub.ts";
import { remember } from "./stateful_module.ts";

const k = 1;
const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2);
const capturer = new Capturer(stub);
await capturer.prepare();
const hints: string[] = [];

function how(fn: unknown): string {
  try {
    return parseCode(capturer.capture(fn, "submit task").code).kind;
  } catch (error) {
    if (!TroupeError.is(error)) throw error;
    hints.push(error.hint ?? "");
    return error.message;
  }
}

const told = {
  add: how((x: number) => x + 1),
  fib: how(fib),
  large: how(([a, b]: number[]) => {
    for (const c of [a, b]) if (c === undefined) return;
  }),
  client: how(() => getClient()),
  platform: how(() => new Promise((resolve) => setTimeout(resolve, 1))),
  renamed: how(() => gc()),
  state: how(remember),
  uses: how(() => k),
  isHintingAtPermission: hints.every((hint) => hint.endsWith("and run with --allow-sys")),
};
if (parentPort) parentPort.postMessage(told);
else await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(told)));
