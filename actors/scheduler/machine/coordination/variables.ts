/** Variables: one value, the last that was set. Who reads gets the value of that moment, whatever is set meanwhile. @module */
import type { SharedItem } from "../../../protocol/coordination.ts";
import { type Asker, ReadAsk, VariableRecord } from "./records.ts";
import { answerDone, beginAsk, type CoordinationState, dropKeys, endAsk, holdKeys, thingOf } from "./state.ts";

/** Sets the value, for those who wait for it too. */
export function setVariable(
  state: CoordinationState,
  asker: Asker,
  { name, item, keys }: SharedItem & { readonly name: string },
): void {
  const variable = variableOf(state, asker, name);
  // The new claims first: what is in both values is never without one.
  holdKeys(state, variable, keys);
  if (variable.content !== undefined) dropKeys(state, variable, variable.content.keys);
  variable.content = { item, keys };
  answerDone(state, asker);
  for (let ask = variable.readers.shift(); ask !== undefined; ask = variable.readers.shift()) {
    ask.place = undefined;
    tell(state, ask, variable.content);
  }
}

/** Tells the value, or lets the request wait until there is one. */
export function readVariable(state: CoordinationState, asker: Asker, { name }: { readonly name: string }): void {
  const variable = variableOf(state, asker, name);
  const ask = new ReadAsk(asker, variable);
  beginAsk(state, ask);
  if (variable.content === undefined) ask.place = variable.readers.join(ask);
  else tell(state, ask, variable.content);
}

/** Forgets the value. */
export function deleteVariable(state: CoordinationState, asker: Asker, { name }: { readonly name: string }): void {
  const variable = variableOf(state, asker, name);
  if (variable.content !== undefined) dropKeys(state, variable, variable.content.keys);
  variable.content = undefined;
  answerDone(state, asker);
  state.touched.add(variable);
}

/** All futures are cancelled: a value that holds some is as good as none. */
export function unsetFutures(state: CoordinationState, variable: VariableRecord): void {
  const keys = variable.content?.keys ?? [];
  if (keys.length === 0) return;
  dropKeys(state, variable, keys);
  variable.content = undefined;
  state.touched.add(variable);
}

/** A request for the value is over: it was taken, or is not wanted. */
export function letGoOfRead(state: CoordinationState, ask: ReadAsk): void {
  const { variable, place } = ask;
  if (place !== undefined) variable.readers.leave(place);
  dropKeys(state, variable, ask.keys);
  variable.out.delete(ask);
  endAsk(state, ask);
  state.touched.add(variable);
}

function variableOf(state: CoordinationState, asker: Asker, name: string): VariableRecord {
  const create = () => new VariableRecord(name);
  return thingOf<VariableRecord>(state, asker.session, `variable:${name}`, "variable", create);
}

/** Futures in the value stay claimed until they have arrived. */
function tell(state: CoordinationState, ask: ReadAsk, { item, keys }: SharedItem): void {
  const { session, ackId } = ask.asker;
  const isHeld = keys.length > 0;
  state.effects.push({ type: "hand-over", clientId: session.id, ackId, items: [item], isHeld });
  if (!isHeld) return endAsk(state, ask);
  holdKeys(state, ask.variable, keys);
  ask.keys = keys;
  ask.variable.out.add(ask);
}
