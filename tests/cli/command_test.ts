import { assert, assertEquals, assertThrows } from "@std/assert";
import { asksForHelp, type Command, readCommandLine } from "../../cli/command.ts";
import { choiceFlag, countFlag, durationFlag, portFlag, resourcesFlag, sizeFlag } from "../../cli/flag.ts";
import { switchFlag, textFlag } from "../../cli/flag.ts";
import { TroupeError } from "../../mod.ts";

const FLAGS = {
  name: textFlag("NAME", "A name"),
  port: portFlag("A port"),
  count: countFlag("A count"),
  size: sizeFlag("A size"),
  time: durationFlag("A time"),
  amounts: resourcesFlag("Amounts"),
  where: choiceFlag(["here", "there"], "A choice"),
  "no-nanny": switchFlag("A switch"),
};

const COMMAND: Command<typeof FLAGS> = {
  name: "demo",
  summary: "Show flags",
  synopsis: "[FLAGS] [WHAT]",
  flags: FLAGS,
  argumentsMax: 1,
};

Deno.test("readCommandLine() reads every kind of flag, in both spellings", () => {
  const args = ["--name", "007", "--port=0", "what", "--count", "3", "--size", "2KiB", "--time=2s"];
  const { values, rest } = readCommandLine(COMMAND, [...args, "--amounts", "a=1", "--where", "there", "--no-nanny"]);
  assertEquals(values, {
    name: "007",
    port: 0,
    count: 3,
    size: 2048,
    time: 2000,
    amounts: { a: 1 },
    where: "there",
    "no-nanny": true,
  });
  assertEquals(rest, ["what"]);
});

Deno.test("readCommandLine() gives undefined and false for what is not given", () => {
  const { values, rest } = readCommandLine(COMMAND, []);
  assertEquals(values.name, undefined);
  assertEquals(values.port, undefined);
  assertEquals(values["no-nanny"], false);
  assertEquals(rest, []);
});

Deno.test("readCommandLine() keeps an argument as it was typed", () => {
  assertEquals(readCommandLine(COMMAND, ["0x10"]).rest, ["0x10"]);
  assertEquals(readCommandLine(COMMAND, ["--no-nanny", "what"]).rest, ["what"]);
  assertEquals(readCommandLine(COMMAND, ["--", "--port"]).rest, ["--port"]);
});

Deno.test("readCommandLine() refuses a bad line with one message and a hint", () => {
  const cases: readonly (readonly [args: readonly string[], problem: string, hint: string])[] = [
    [["--prot", "1"], 'unknown flag "--prot"', "Did you mean --port? See troupe demo --help"],
    [["--prot=1"], 'unknown flag "--prot"', "Did you mean --port? See troupe demo --help"],
    [["--hepl"], 'unknown flag "--hepl"', "Did you mean --help? See troupe demo --help"],
    [["--zzzzzzzz"], 'unknown flag "--zzzzzzzz"', "See troupe demo --help"],
    [["-p", "1"], 'unknown flag "-p"', "See troupe demo --help"],
    [["--constructor"], 'unknown flag "--constructor"', "See troupe demo --help"],
    [["--__proto__", "1"], 'unknown flag "--__proto__"', "See troupe demo --help"],
    [["--port"], "--port has no value", "Give a port from 0 to 65535; see troupe demo --help"],
    [["--port", "--name", "x"], "--port has no value", "Give a port from 0 to 65535; see troupe demo --help"],
    [["--name="], "--name has no value", "Give some text; see troupe demo --help"],
    [["--port", "http"], '--port is "http"', "Give a port from 0 to 65535; see troupe demo --help"],
    [["--port", "65536"], '--port is "65536"', "Give a port from 0 to 65535; see troupe demo --help"],
    [["--port", "1.5"], '--port is "1.5"', "Give a port from 0 to 65535; see troupe demo --help"],
    [["--count", "0"], '--count is "0"', "Give a whole number from 1; see troupe demo --help"],
    [["--size", "big"], '--size is "big"', 'Give a size such as "512 MiB", "2GB" or "0.5"; see troupe demo --help'],
    [["--where", "up"], '--where is "up"', 'Give "here" or "there"; see troupe demo --help'],
    [["a", "b"], 'unexpected argument "b"', "See troupe demo --help"],
  ];
  for (const [args, problem, hint] of cases) {
    const error = assertThrows(() => readCommandLine(COMMAND, args));
    assert(TroupeError.is(error, "input/invalid"));
    assertEquals(error.message, `Cannot run troupe demo: ${problem}`);
    assertEquals(error.hint, hint);
  }
});

Deno.test("readCommandLine() keeps a long value out of its message", () => {
  const error = assertThrows(() => readCommandLine(COMMAND, ["--port", "x".repeat(10_000)]));
  assert(error instanceof Error && error.message.length < 200);
});

Deno.test("asksForHelp() hears both spellings, and nothing behind --", () => {
  assertEquals(asksForHelp(["x", "--help"]), true);
  assertEquals(asksForHelp(["-h"]), true);
  assertEquals(asksForHelp(["--", "--help"]), false);
  assertEquals(asksForHelp(["help"]), false);
});
