/**
 * Built-in modules of Node's API, found when they are needed: the first import of any costs 20 to 30 ms of start.
 *
 * @module
 */
import type asyncHooks from "node:async_hooks";
import type inspector from "node:inspector";
import type module from "node:module";
import type process from "node:process";
import type vm from "node:vm";
import type zlib from "node:zlib";

/** The modules that are used in this way. */
export interface NodeBuiltins {
  /** `AsyncLocalStorage`. */
  readonly "node:async_hooks": typeof asyncHooks;
  /** Scopes and locations of functions. */
  readonly "node:inspector": typeof inspector;
  /** `createRequire`, module hooks and source maps. */
  readonly "node:module": typeof module;
  /** `nextTick`. */
  readonly "node:process": typeof process;
  /** `compileFunction`. */
  readonly "node:vm": typeof vm;
  /** `crc32`. */
  readonly "node:zlib": typeof zlib;
}

/**
 * One of Node's modules, now.
 *
 * @param name Its specifier.
 */
export function nodeBuiltin<N extends keyof NodeBuiltins>(name: N): NodeBuiltins[N] {
  const host: { readonly process: Pick<typeof process, "getBuiltinModule"> } = globalThis;
  return host.process.getBuiltinModule(name);
}
