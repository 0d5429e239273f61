/** A hash, a random text or an index at the end of a key. */
const TAIL = /-(?:[0-9a-z]{16,}|\d+)$/;

/** What a key is named after, which is the function's name unless the user chose another: `inc` for `inc-034e...`. */
export function nameOfKey(key: string): string {
  let name = key;
  while (TAIL.test(name)) name = name.replace(TAIL, "");
  return name === "" ? key : name;
}
