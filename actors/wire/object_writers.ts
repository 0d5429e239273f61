import { TroupeError } from "../base/errors.ts";
import { ERROR_CLASSES } from "./error_classes.ts";
import { writeDomException, writeError } from "./error_value.ts";
import * as mark from "./value_mark.ts";
import type { ObjectWriter, ValueSink } from "./value_sink.ts";

/** Who writes this object, by its prototype; undefined for instances of other classes. */
export function writerOf(value: object, prototype: object): ObjectWriter | undefined {
  return WRITERS.get(prototype) ?? (isNodeBuffer(value) ? writeNodeBuffer : undefined);
}

/** Whether instances with this prototype are written as records or arrays. */
export function isPlainPrototype(prototype: object): boolean {
  return prototype === Object.prototype || prototype === Array.prototype;
}

function writeMap(sink: ValueSink, value: object): void {
  const fields: unknown[] = [];
  for (const [key, item] of value as Map<unknown, unknown>) fields.push(key, item);
  sink.mark(mark.MARK_MAP, fields.length);
  sink.steps(fields, (i) => i % 2 === 0 ? { place: "keys", at: i / 2 } : { place: "get", at: fields[i - 1] });
}

function writeSet(sink: ValueSink, value: object): void {
  const items = [...value as Set<unknown>];
  sink.mark(mark.MARK_SET, items.length);
  sink.steps(items, (i) => ({ place: "values", at: i }));
}

function writeDate(sink: ValueSink, value: object): void {
  const timeMs = Date.prototype.getTime.call(value);
  sink.mark(mark.MARK_DATE, 1);
  sink.out.number(timeMs);
}

function writeRegExp(sink: ValueSink, value: object): void {
  const { source, flags } = value as RegExp;
  sink.mark(mark.MARK_REGEXP, 2);
  sink.out.text(source);
  sink.out.text(flags);
}

function writeUrl(sink: ValueSink, value: object): void {
  const { href } = value as URL;
  sink.mark(mark.MARK_URL, 1);
  sink.out.text(href);
}

function writeNumberBox(sink: ValueSink, value: object): void {
  writeBox(sink, Number.prototype.valueOf.call(value));
}

function writeStringBox(sink: ValueSink, value: object): void {
  writeBox(sink, String.prototype.valueOf.call(value));
}

function writeBooleanBox(sink: ValueSink, value: object): void {
  writeBox(sink, Boolean.prototype.valueOf.call(value));
}

function writeBigintBox(sink: ValueSink, value: object): void {
  writeBox(sink, BigInt.prototype.valueOf.call(value));
}

function writeBox(sink: ValueSink, primitive: number | string | boolean | bigint): void {
  sink.mark(mark.MARK_BOXED, 1);
  sink.write(primitive);
}

function writeBuffer(sink: ValueSink, value: object): void {
  const buffer = value as ArrayBuffer | SharedArrayBuffer;
  refuseDetached(sink, buffer);
  sink.mark(mark.MARK_BUFFER, 1);
  sink.out.number(sink.buffers.addWhole(buffer));
}

function writeView(sink: ValueSink, value: object): void {
  const view = value as ArrayBufferView;
  writeViewOf(sink, view, view.buffer);
}

// What lies around a Node.js Buffer in its pool is none of its business: it travels alone, as a Uint8Array.
function writeNodeBuffer(sink: ValueSink, value: object): void {
  writeViewOf(sink, value as ArrayBufferView, value);
}

function writeViewOf(sink: ValueSink, view: ArrayBufferView, identity: object): void {
  refuseDetached(sink, view.buffer);
  const name: unknown = view instanceof DataView ? "DataView" : Reflect.get(view, Symbol.toStringTag);
  const kind = mark.VIEW_NAMES.findIndex((known) => known === name);
  sink.mark(mark.MARK_VIEW, 4);
  sink.out.number(kind);
  const offsetAt = sink.out.at;
  if (view.byteOffset > 0xffffffff) {
    sink.out.number(view.byteOffset);
    sink.out.number(lengthOf(view));
    sink.out.number(sink.buffers.addWhole(view.buffer));
  } else {
    sink.out.fixedCount(view.byteOffset);
    sink.out.number(lengthOf(view));
    sink.out.number(sink.buffers.addView(view, identity, offsetAt));
  }
}

function lengthOf(view: ArrayBufferView): number {
  const length: unknown = Reflect.get(view, "length");
  return typeof length === "number" ? length : view.byteLength;
}

function isNodeBuffer(value: object): value is Uint8Array {
  return value instanceof Uint8Array && value.constructor.name === "Buffer";
}

function refuseDetached(sink: ValueSink, buffer: ArrayBufferLike): void {
  if (!(buffer instanceof ArrayBuffer) || !buffer.detached) return;
  sink.refuse({ what: "is detached: its memory was handed to someone else", hint: "Pass a copy made before" });
}

const WRITERS: ReadonlyMap<object, ObjectWriter> = new Map<object, ObjectWriter>([
  [Map.prototype, writeMap],
  [Set.prototype, writeSet],
  [Date.prototype, writeDate],
  [RegExp.prototype, writeRegExp],
  [URL.prototype, writeUrl],
  [Number.prototype, writeNumberBox],
  [String.prototype, writeStringBox],
  [Boolean.prototype, writeBooleanBox],
  [BigInt.prototype, writeBigintBox],
  [ArrayBuffer.prototype, writeBuffer],
  [SharedArrayBuffer.prototype, writeBuffer],
  [TroupeError.prototype, writeError],
  [DOMException.prototype, writeDomException],
  ...mark.VIEW_NAMES.map((name) => [globalThis[name].prototype, writeView] as const),
  ...ERROR_CLASSES.map(({ type }) => [type.prototype, writeError] as const),
]);
