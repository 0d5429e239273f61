/** A module that V8 cannot run after only its types were taken away. @module */

function noted<C>(target: C): C {
  return target;
}

let made = 0;
const most = 5;

// deno-lint-ignore house/no-other-ways -- the one construct whose loading takes more than types away
@noted
class Decorated {
  readonly number = ++made;
}

/** Uses a variable that changes, and one that does not. */
export function nextNumber(): number {
  return made < most ? new Decorated().number : made;
}
