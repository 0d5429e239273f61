/** A module of a program, with what the emit drops above its functions. */
// deno-lint-ignore house/no-other-ways -- its emit has other lines, as in many programs
enum Unit {
  Byte,
  Kilobyte,
}

interface Size {
  value: number;
  unit: Unit;
}

/** Throws, from a helper. */
export function exported(value: number): number {
  return check({ value, unit: Unit.Kilobyte });
}

function check(size: Size): number {
  if (size.unit === Unit.Kilobyte) throw new RangeError(`too big: ${size.value}`);
  return size.value;
}

/** No function. */
export const Limit = 7;
