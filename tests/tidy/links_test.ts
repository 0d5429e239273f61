import { assertEquals } from "@std/assert";
import { linkLaw } from "./links.ts";
import type { SourceFile } from "./source_file.ts";

const FILES: readonly SourceFile[] = [{ path: "LICENSE", text: "" }, { path: "examples/fib.ts", text: "" }];

Deno.test("linkLaw() refuses a link that leads nowhere", () => {
  const text = "[a](LICENSE) [b](examples/) [c](examples/fab.ts) [d](https://deno.com) [e](#more)\n";
  assertEquals(linkLaw([...FILES, { path: "README.md", text }]), [
    `README.md: link to "examples/fab.ts" leads nowhere`,
  ]);
});

Deno.test("linkLaw() starts from the page's own folder and skips code", () => {
  const text = "[a](../LICENSE) [b](LICENSE)\n\n```ts\nconst a = b[0](c);\n```\n";
  assertEquals(linkLaw([...FILES, { path: ".github/A.md", text }]), [`.github/A.md: link to "LICENSE" leads nowhere`]);
});
