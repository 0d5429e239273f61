import type { BufferTable } from "./buffer_table.ts";
import type { ByteWriter } from "./byte_writer.ts";
import type { PathStep, ValueRefusal } from "./value_refusal.ts";

/** How errors are written that must arrive, whatever is wrong with them. */
export interface ErrorRules {
  /** Characters of a message that are kept, and of the frames of its stack. */
  readonly charsMax: number;
  /** The stack as it is to travel. */
  readonly trimStack?: ((stack: string) => string) | undefined;
}

/** Where the writers of single classes write to. */
export interface ValueSink {
  /** The bytes. */
  readonly out: ByteWriter;
  /** The buffers met. */
  readonly buffers: BufferTable;
  /** How errors are written that must arrive, whatever is wrong with them; undefined means: as they are, or not at all. */
  readonly errorRules: ErrorRules | undefined;
  /** Writes a value, or a reference to where it came before. */
  write(value: unknown): void;
  /** Begins something with a mark and so many fields. */
  mark(kind: number, fieldCount: number): void;
  /** Writes fields that are values, each one step down. */
  steps(fields: readonly unknown[], step: (index: number) => PathStep): void;
  /** Writes properties of an error, as key, value, ... */
  entries(entries: readonly (readonly [key: string, value: unknown])[]): void;
  /** Refuses the value in work. */
  refuse(refusal: ValueRefusal): never;
}

/** Writes the objects of one class. */
export type ObjectWriter = (sink: ValueSink, value: object) => void;
