/** The fields of `T` without those that are `undefined`. */
export type Given<T extends object> = { -readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is `undefined`: an option that was not given must not be there, so that its default holds. */
export function given<const T extends object>(fields: T): Given<T> {
  const kept: Given<T> = {};
  for (const name in fields) {
    const value = fields[name];
    if (isGiven(value)) kept[name] = value;
  }
  return kept;
}

function isGiven<V>(value: V): value is Exclude<V, undefined> {
  return value !== undefined;
}
