/** Calls that have not been made yet, linked to each other. @module */
import type { AnyFunction } from "../code/captured_function.ts";
import { holds, replaceParts } from "./nested_futures.ts";

/** One call that has not been made. Its arguments were there before it: calls never form a cycle. */
export class CallNode {
  /** What is called. */
  readonly fn: AnyFunction;
  /** The arguments; other calls stand in them for their results, at any depth of arrays and plain objects. */
  readonly args: readonly unknown[];
  /** The calls among the arguments, each once, in the order of their first appearance. */
  readonly inputs: readonly CallNode[];

  /** A call of this function. */
  constructor(fn: AnyFunction, args: readonly unknown[]) {
    this.fn = fn;
    this.args = args;
    this.inputs = nodesIn(args);
  }

  /** Whether a value is a call that has not been made. */
  static is(value: unknown): value is CallNode {
    return value instanceof CallNode;
  }
}

const NO_NODES: readonly CallNode[] = [];

/** The calls in a value, each once, in the order of their first appearance. */
export function nodesIn(value: unknown): readonly CallNode[] {
  if (!holds(value, CallNode.is)) return NO_NODES;
  const nodes = new Set<CallNode>();
  replaceParts(value, CallNode.is, (node) => {
    nodes.add(node);
    return node;
  });
  return [...nodes];
}

/**
 * These calls and all that they need, each once and after its inputs. Depth costs no stack.
 *
 * @param outputs The calls whose results are asked for.
 * @param isDone Calls that are left out, and what only they need.
 */
export function inputsFirst(
  outputs: readonly CallNode[],
  isDone: (node: CallNode) => boolean = () => false,
): CallNode[] {
  const order: CallNode[] = [];
  const seen = new Set<CallNode>();
  const isNew = (node: CallNode): boolean => seen.size !== seen.add(node).size && !isDone(node);
  const trail: { readonly node: CallNode; next: number }[] = [];
  for (const output of outputs) {
    if (!isNew(output)) continue;
    trail.push({ node: output, next: 0 });
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        order.push(top.node);
        trail.pop();
      } else if (isNew(input)) trail.push({ node: input, next: 0 });
    }
  }
  return order;
}

/** The arguments of a call with something in place of the calls among them. */
export function argumentsWith(node: CallNode, replace: (input: CallNode) => unknown): readonly unknown[] {
  if (node.inputs.length === 0) return node.args;
  return node.args.map((arg) => CallNode.is(arg) ? replace(arg) : replaceParts(arg, CallNode.is, replace));
}
