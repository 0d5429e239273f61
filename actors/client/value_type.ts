/** The type of a value as it is shown to people: `number`, `null`, `Array`, `Float64Array`, `Point`. */
export function valueTypeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "Object";
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "Object";
}
