/** Reads JSON of the command line; `fail` makes the error of what cannot be read. */
export function parseJson(text: string, fail: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fail(`is no JSON: ${JSON.stringify(text)}`);
  }
}

/** A value as it is printed: as JSON where that says it all, else as Deno shows it. */
export function printedValue(value: unknown): string {
  if (typeof value === "string") return value;
  return isJson(value) ? JSON.stringify(value) : Deno.inspect(value, { colors: false, depth: 10 });
}

/** Whether a value is what JSON can say. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}
