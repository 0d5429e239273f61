/** Flags: on or off, for all to wait for. @module */
import { type Asker, FlagAsk, FlagRecord } from "./records.ts";
import { answerDone, answerValue, beginAsk, type CoordinationState, endAsk, thingOf } from "./state.ts";

/** Names a flag. */
interface Named {
  readonly name: string;
}

/** Sets a flag: all waits end, in order. */
export function setFlag(state: CoordinationState, asker: Asker, { name }: Named): void {
  const flag = flagOf(state, asker, name);
  flag.isSet = true;
  answerDone(state, asker);
  for (let ask = flag.line.shift(); ask !== undefined; ask = flag.line.shift()) {
    answerDone(state, ask.asker);
    endAsk(state, ask);
  }
}

/** Clears a flag. */
export function clearFlag(state: CoordinationState, asker: Asker, { name }: Named): void {
  const flag = flagOf(state, asker, name);
  flag.isSet = false;
  answerDone(state, asker);
  state.touched.add(flag);
}

/** Answers when the flag is set. */
export function awaitFlag(state: CoordinationState, asker: Asker, { name }: Named): void {
  const flag = flagOf(state, asker, name);
  if (flag.isSet) answerDone(state, asker);
  else beginAsk(state, new FlagAsk(asker, flag));
}

/** Tells whether the flag is set. */
export function tellFlag(state: CoordinationState, asker: Asker, { name }: Named): void {
  answerValue(state, asker, flagOf(state, asker, name).isSet);
}

/** A wait for a flag is over. */
export function letGoOfFlag(state: CoordinationState, ask: FlagAsk): void {
  ask.flag.line.leave(ask.place);
  endAsk(state, ask);
  state.touched.add(ask.flag);
}

function flagOf(state: CoordinationState, asker: Asker, name: string): FlagRecord {
  return thingOf<FlagRecord>(state, asker.session, `flag:${name}`, "flag", () => new FlagRecord(name));
}
