/** Where the time of a row goes: a CPU profile of this thread, told by Troupe's folders, and the CPU time of the others. */
import inspector from "node:inspector";

/** What the folders of `actors/` do for a task, as the table names it. */
const PARTS: readonly (readonly [folder: string, part: string])[] = [
  ["scheduler/machine/", "scheduler step"],
  ["scheduler/", "scheduler shell"],
  ["worker/machine/", "worker step"],
  ["worker/", "worker shell"],
  ["client/", "client"],
  ["code/", "capture"],
  ["wire/", "encode"],
  ["protocol/", "encode"],
  ["transport/", "hops"],
  ["actor/link.ts", "hops"],
  ["actor/", "mailboxes"],
];

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * Runs something under V8's profiler.
 *
 * @param count Tasks that it runs, all in all.
 * @param run What to look at.
 * @returns Microseconds per task and part. Idle time is left out; time in the platform counts for whoever called it.
 */
export async function profiled(count: number, run: () => Promise<void>): Promise<Record<string, number>> {
  const session = new inspector.Session();
  session.connect();
  try {
    await post(session, "Profiler.enable");
    await post(session, "Profiler.setSamplingInterval", { interval: 200 });
    const executorsBeforeMs = executorCpuMs();
    await post(session, "Profiler.start");
    await run();
    const { profile } = await post(session, "Profiler.stop") as { profile: Profile };
    const executorMs = executorCpuMs() - executorsBeforeMs;
    const parts = partsOf(profile);
    parts.set("executor threads", executorMs * 1000);
    return Object.fromEntries([...parts].map(([part, us]) => [part, us / count]));
  } finally {
    session.disconnect();
  }
}

/** Time by part, in microseconds, the longest first. */
function partsOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = partOf(id, byId, parentOf);
    if (part !== undefined) times.set(part, (times.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return new Map([...times].sort((a, b) => b[1] - a[1]));
}

function partOf(
  id: number,
  byId: ReadonlyMap<number, ProfileNode>,
  parentOf: ReadonlyMap<number, number>,
): string | undefined {
  const leaf = byId.get(id)?.callFrame.functionName;
  if (leaf === "(idle)") return undefined;
  if (leaf === "(garbage collector)") return "garbage collector";
  for (let at: number | undefined = id; at !== undefined; at = parentOf.get(at)) {
    const path = byId.get(at)?.callFrame.url.split("/actors/")[1];
    const part = path === undefined ? undefined : PARTS.find(([folder]) => path.startsWith(folder))?.[1];
    if (part !== undefined) return part;
  }
  return "platform and program";
}

/** CPU time of all executor threads of this process so far, in milliseconds; 0 where /proc does not tell. */
function executorCpuMs(): number {
  try {
    let ticks = 0;
    for (const { name } of Deno.readDirSync("/proc/self/task")) {
      const stat = Deno.readTextFileSync(`/proc/self/task/${name}/stat`);
      if (!stat.includes("(worker-")) continue;
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    }
    return ticks * 10;
  } catch {
    return 0;
  }
}

function post(session: inspector.Session, method: string, params: Record<string, unknown> = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => error === null ? resolve(result) : reject(error));
  });
}
