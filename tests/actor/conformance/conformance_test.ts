/** One actor behaves the same in every place: each trait, in each place. */
import { keepAwake } from "../../support/cores.ts";
import { CALLS } from "./calls.ts";
import { LIVES } from "./lives.ts";
import { MESSAGES } from "./messages.ts";
import { PLACES, Stage } from "./place.ts";
import { STREAMS } from "./streams.ts";

for (const place of PLACES) {
  for (const { name, show, except } of [...CALLS, ...LIVES, ...MESSAGES, ...STREAMS]) {
    if (except?.[place] !== undefined) continue;
    Deno.test(`${place}: ${name}`, async () => {
      using _awake = keepAwake();
      await using stage = await Stage.open(place);
      await show(stage);
    });
  }
}
