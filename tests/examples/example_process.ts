import { assertEquals } from "@std/assert";
import { type ProcessOptions, TestProcess } from "../cli/cli_process.ts";

/** What an example printed on its way to exit code 0; stderr was empty, and no process of its stayed. */
export async function runExample(
  name: string,
  args: readonly string[] = [],
  options?: ProcessOptions,
): Promise<readonly string[]> {
  await using process = new TestProcess(`examples/${name}`, args, options);
  const { code, stdout, stderr } = await process.ended;
  assertEquals([code, stderr], [0, ""], `${name}: ${stdout}${stderr}`);
  await process.groupGone();
  return stdout.trimEnd().split("\n");
}
