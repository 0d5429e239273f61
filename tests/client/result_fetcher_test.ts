import { assertEquals } from "@std/assert";
import { ResultFetcher } from "../../actors/client/result_fetcher.ts";
import { settle } from "./fake_world.ts";

const MIB = 1024 ** 2;

Deno.test("ResultFetcher joins what is wanted while a request is in flight, up to 64 MiB", async () => {
  const asked: string[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const fetcher = new ResultFetcher(async (worker, keys) => {
    asked.push(`${worker} ${keys.join("")}`);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    const found = keys.filter((key) => key !== "c").map((key) => ({ key, value: key, bytes: 1, valueType: "string" }));
    return { found, missing: [] };
  });
  const first = fetcher.get("w", "a", 1);
  await settle();
  const rest = [fetcher.get("w", "b", 60 * MIB), fetcher.get("w", "c", 1), fetcher.get("w", "d", 40 * MIB)];
  const joined = fetcher.get("w", "b", 60 * MIB);
  const elsewhere = fetcher.get("v", "a", 1);
  for (let i = 0; i < 4; i++) {
    await settle();
    gates[i]?.resolve();
  }
  assertEquals((await first)?.value, "a");
  assertEquals((await Promise.all(rest)).map((item) => item?.value), ["b", undefined, "d"]);
  assertEquals([(await joined)?.value, (await elsewhere)?.value], ["b", "a"]);
  assertEquals(asked.toSorted(), ["v a", "w a", "w bc", "w d"]);
});

Deno.test("ResultFetcher takes a worker that cannot be reached for one that has nothing", async () => {
  let isDown = true;
  const fetcher = new ResultFetcher((_worker, keys) => {
    if (isDown) return Promise.reject(new Error("no route"));
    return Promise.resolve({
      found: keys.map((key) => ({ key, value: 1, bytes: 1, valueType: "number" })),
      missing: [],
    });
  });
  assertEquals(await fetcher.get("w", "a", 1), undefined);
  isDown = false;
  assertEquals((await fetcher.get("w", "a", 1))?.value, 1);
});
