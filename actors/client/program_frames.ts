/** Stacks without the frames of Troupe and of the platform, which tell a program's author nothing. @module */

/** Where Troupe's own modules lie. */
const OWN_MODULES = new URL("../", import.meta.url).href;

/** A stack without frames of Troupe. To be called where it was made, for elsewhere Troupe may lie in another folder. */
export function programStack(stack: string): string {
  return stack.split("\n").filter(isOfProgram).join("\n");
}

/** The frames of a stack that are a program's own, one per line; empty when there is none. */
export function programFrames(stack: string): string {
  return stack.split("\n").filter((line) => isFrame(line) && isOfProgram(line)).join("\n");
}

function isFrame(line: string): boolean {
  return line.startsWith("    at ");
}

function isOfProgram(line: string): boolean {
  return !isFrame(line) || !(line.includes(OWN_MODULES) || line.includes("(ext:") || line.includes("(node:"));
}
