/** Chance, as it is passed in. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A text of `length` characters out of [0-9a-v], unguessable for the system's own source. */
  text(length: number): string;
}

const ALPHABET = "0123456789abcdefghijklmnopqrstuv";

/** The machine's own chance, from `crypto`. */
export const systemRandom: Random = {
  next: () => Math.random(),
  text(length) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    let text = "";
    for (const byte of bytes) text += ALPHABET[byte & 31];
    return text;
  },
};

/** The same chance for the same seed: xorshift32 (Marsaglia 2003, "Xorshift RNGs"). For tests and simulation. */
export function seededRandom(seed: number): Random {
  let state = (seed | 0) || 0x9e3779b9;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  const text = (length: number) => Array.from({ length }, () => ALPHABET[Math.floor(next() * 32)]).join("");
  return { next, text };
}
