import { assertEquals } from "@std/assert";

Deno.test("printOutput() writes the text unchanged, on the stream that it came from", async () => {
  const module = import.meta.resolve("../../actors/client/printed_output.ts");
  const big = "x".repeat(100_000);
  const code = `import { printOutput, printWarning } from ${JSON.stringify(module)};
    printOutput("out", "a\\n" + "x".repeat(100_000)); printOutput("err", "b: é"); printWarning("slow");`;
  const args = ["run", "--no-lock", "--quiet", `data:text/typescript,${encodeURIComponent(code)}`];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  assertEquals(new TextDecoder().decode(stdout), `a\n${big}`);
  assertEquals(new TextDecoder().decode(stderr), "b: éslow\n");
});
