/** Published names: futures, and data around them, that outlive the client that submitted them. @module */
import { describe, troupeError } from "../base/errors.ts";
import { fields, packed, texts } from "../protocol/parse.ts";
import type { Session } from "./session.ts";
import { packShared } from "./shared_item.ts";
import { waitFor } from "./waiting.ts";

/** Options of `publish`. */
export interface PublishOptions {
  /** Take the place of what is published under the name. Default: false. */
  replace?: boolean;
}

/** Keeps data with futures alive under a name. */
export async function publishDataset(
  session: Session,
  name: string,
  data: unknown,
  { replace = false }: PublishOptions = {},
): Promise<void> {
  const action = `publish ${describe(name)}`;
  checkName(name, "publish");
  if (typeof replace !== "boolean") {
    throw troupeError("input/invalid", `Cannot ${action}: option "replace" is ${describe(replace)}`);
  }
  session.assertOpen(action);
  const { item: value, keys } = packShared(session, data, "data", action);
  await carryOut(session, action, () => session.order({ type: "publish", name, keys, value, replace }));
}

/** Forgets a published name. */
export async function unpublishDataset(session: Session, name: string): Promise<void> {
  checkName(name, "unpublish");
  await carryOut(session, `unpublish ${describe(name)}`, () => session.order({ type: "unpublish", name }));
}

/** What was published under a name, with futures of this client. */
export async function openDataset(session: Session, name: string): Promise<unknown> {
  checkName(name, "get dataset");
  const action = `get dataset ${describe(name)}`;
  const answer = await carryOut(session, action, () => session.order({ type: "give-dataset", name }));
  return await session.unpackLoading(packed(fields(answer), 0));
}

/** The published names. */
export async function datasetNames(session: Session): Promise<string[]> {
  const ask = () => session.ask((ackId) => ({ type: "query", ackId, what: "datasets", about: [] }));
  return [...texts([await carryOut(session, "list datasets", ask)], 0)];
}

/** Waits for the answer to a request; gives what it says. */
async function carryOut(session: Session, action: string, ask: () => ReturnType<Session["ask"]>): Promise<unknown> {
  session.assertOpen(action);
  const answer = await waitFor(session, undefined, action, ask);
  return answer.type === "answer" ? answer.value : undefined;
}

function checkName(name: unknown, action: string): void {
  if (typeof name === "string" && name !== "") return;
  throw troupeError("input/invalid", `Cannot ${action}: ${describe(name)} is no name`, { hint: "Give a text" });
}
