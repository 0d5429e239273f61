import { assert, assertEquals, assertRejects } from "@std/assert";
import { SchedulerFile } from "../../cli/scheduler_file.ts";
import { TroupeError } from "../../mod.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

Deno.test("SchedulerFile.publish() writes the address, and removes it at the end", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/scheduler.json`;
    {
      await using _file = await SchedulerFile.publish(path, "tcp://127.0.0.1:1234");
      assertEquals(JSON.parse(await Deno.readTextFile(path)), { address: "tcp://127.0.0.1:1234" });
      assertEquals(namesIn(folder), ["scheduler.json"]);
    }
    assertEquals(namesIn(folder), []);
  });
});

Deno.test("SchedulerFile leaves a file alone that another scheduler wrote since", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/scheduler.json`;
    await using later = new AsyncDisposableStack();
    {
      await using _file = await SchedulerFile.publish(path, "tcp://127.0.0.1:1");
      later.use(await SchedulerFile.publish(path, "tcp://127.0.0.1:2"));
    }
    assertEquals(namesIn(folder), ["scheduler.json"]);
  });
});

Deno.test("SchedulerFile disposal does nothing when the file is gone", async () => {
  await withFolder(async (folder) => {
    await using file = await SchedulerFile.publish(`${folder}/scheduler.json`, "tcp://127.0.0.1:1");
    await Deno.remove(file.path);
  });
});

Deno.test("SchedulerFile.publish() says so when it cannot write", async () => {
  const error = await assertRejects(() => SchedulerFile.publish("/nowhere/at/all.json", "tcp://127.0.0.1:1"));
  assert(TroupeError.is(error, "input/invalid"));
  assert(error.message.startsWith('Cannot write --scheduler-file "/nowhere/at/all.json": '), error.message);
});

Deno.test("SchedulerFile.awaitAddress() waits until the file is there", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/scheduler.json`;
    const waiting = SchedulerFile.awaitAddress(path, new AbortController().signal);
    await using _file = await SchedulerFile.publish(path, "tcp://127.0.0.1:1234");
    assertEquals(await waiting, "tcp://127.0.0.1:1234");
  });
});

Deno.test("SchedulerFile.awaitAddress() rejects with the signal's reason when aborted", async () => {
  await withFolder(async (folder) => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const waiting = assertRejects(() => SchedulerFile.awaitAddress(`${folder}/none.json`, controller.signal));
    controller.abort(reason);
    assertEquals(await waiting, reason);
  });
});

Deno.test("SchedulerFile.awaitAddress() refuses a file without an address", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/scheduler.json`;
    for (const text of ["", "nonsense", "[]", "null", '{"address":1}']) {
      await Deno.writeTextFile(path, text);
      const error = await assertRejects(() => SchedulerFile.awaitAddress(path, new AbortController().signal));
      assert(TroupeError.is(error, "input/invalid"), text);
      assertEquals(error.message, `Cannot read --scheduler-file ${JSON.stringify(path)}: it holds no address`);
    }
  });
});
