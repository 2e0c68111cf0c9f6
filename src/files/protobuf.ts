/**
 * Writes protocol buffers: messages of numbered fields. A message is a list of parts whose lengths are known, so that
 * weights are copied only once, when the whole is joined.
 *
 * https://protobuf.dev/programming-guides/encoding
 */

import type { Bytes } from "../platform.js";

export type Message = readonly Uint8Array[];

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** A whole number ≥ 0, below 2⁵³. */
export function integer(field: number, value: number): Message {
  return [tag(field, VARINT), varint(value)];
}

export function float(field: number, value: number): Message {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [tag(field, FIXED32), bytes];
}

export function text(field: number, value: string): Message {
  return nested(field, [new TextEncoder().encode(value)]);
}

/** A message within a message, or bytes. */
export function nested(field: number, ...parts: readonly Message[]): Message {
  const inner = parts.flat();
  return [tag(field, BYTES), varint(lengthOf(inner)), ...inner];
}

export function lengthOf(message: Message): number {
  return message.reduce((sum, { length }) => sum + length, 0);
}

export function joined(message: Message): Bytes {
  const bytes = new Uint8Array(lengthOf(message));
  let at = 0;
  for (const part of message) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function tag(field: number, wire: number): Uint8Array {
  return varint(field * 8 + wire);
}

/** Seven bits a byte, the lowest first; all but the last have their highest bit set. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
