/** A module that makes its class travel. @module */
import { registerCodec } from "../../mod.ts";

/** Degrees. */
export class Angle {
  #degrees: number;

  constructor(degrees: number) {
    this.#degrees = degrees;
  }

  get degrees(): number {
    return this.#degrees;
  }

  static encode(angle: Angle): number {
    return angle.#degrees;
  }
}

registerCodec(Angle, { name: "angle", encode: Angle.encode, decode: (degrees) => new Angle(degrees) });

/** Makes one. */
export function angle(degrees: number): Angle {
  return new Angle(degrees % 360);
}

/** An error with an angle. */
export class Crooked extends Error {
  readonly angle: Angle;

  constructor(angle: Angle) {
    super(`crooked by ${angle.degrees}`);
    this.angle = angle;
  }
}

registerCodec(Crooked, { name: "crooked", encode: ({ angle }) => angle, decode: (angle) => new Crooked(angle) });

/** Throws one. */
export function straighten(degrees: number): never {
  throw new Crooked(angle(degrees));
}
