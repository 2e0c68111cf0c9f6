/** Ways to break bytes: blindly, as text, and as a length, a JSON header and data. */

import type { CounterRandom } from "../../src/random.js";

/** Makes other bytes of these, which it does not change. */
export type Mutation = (bytes: Uint8Array, random: CounterRandom) => Uint8Array;

const pick = <T>(random: CounterRandom, choices: readonly T[]): T =>
  choices[random.below(choices.length)]!;

const text = new TextEncoder();

/** Some bytes changed, cut out, put in twice, exchanged, or the end cut off or made longer. */
export const bytewise: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  const length = Math.min(bytes.length - at, 1 + random.below(random.below(4) === 0 ? 500 : 8));
  const [head, middle, tail] = [
    bytes.subarray(0, at),
    bytes.slice(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (random.below(8)) {
    case 0:
      return joined(head);
    case 1:
      return joined(head, tail);
    case 2:
      return joined(head, middle, middle, tail);
    case 3:
      return joined(bytes, middle);
    case 4:
      return joined(head, middle.fill(pick(random, [0, 0x20, 0x7f, 0x80, 0xff])), tail);
    case 5:
      return joined(head, tail.slice(0, length), middle, tail.subarray(length));
    case 6:
      return joined(
        head,
        middle.map((byte) => byte ^ (1 << random.below(8))),
        tail,
      );
    default:
      return joined(
        head,
        middle.map(() => random.below(256)),
        tail,
      );
  }
};

/** Pieces of text that tables and JSON stumble over, put in or in place of some characters. */
const TOKENS = [
  ...['"', '""', ",", "\t", ";", "\n", "\r", "\r\n", "\0", "\ufeff", "\\", "{", "}", "[", "]", ":"],
  ...["-1", "0", "-0", "1e308", "1e999", "9007199254740993", "NaN", "null", "true", "__proto__"],
  ...["\ud83d\ude00", "é", "\\u0000", "\\ud800", "2020-02-30", "2024-01-01T00:00:00Z", '"a""b"'],
];

export const textual: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  const token = text.encode(pick(random, TOKENS).repeat(random.below(8) === 0 ? 40 : 1));
  return joined(bytes.subarray(0, at), token, bytes.subarray(at + random.below(3)));
};

const VALUES: readonly unknown[] = [
  ...[null, true, -1, 0, 1, 1.5, 4, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, "", "F32", "I32", "F64"],
  ...[
    "\u0000",
    "__proto__",
    "constructor",
    [],
    {},
    [[]],
    [0, 0],
    [1, 2, 3],
    [-1],
    ["1"],
    [2 ** 53],
  ],
  ...[{ toString: 1, valueOf: 1 }, { length: 3 }, { bigint: "1" }, { bigint: 1 }],
];

/** The header as JSON with one value replaced, left out, copied or renamed; its length stays true. */
export const headed: Mutation = (bytes, random) => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return withHeader(
    text.encode(JSON.stringify(changed(header, random))),
    bytes.subarray(8 + length),
  );
};

/** Numbers that arithmetic stumbles over, as words of 32 bits: NaN, ∞, the largest, subnormal, −1, 0 … */
const WORDS = [
  ...[0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 0xff7fffff, 1, 0x80000000, 0xffffffff, 0],
  ...[0x7fffffff, 0x3f800000, 0xbf800000, 2, 3, 0x10000],
];

/** One word of the data, or some one after the other, replaced; the header stays true. */
export const numeric: Mutation = (bytes, random) => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const copy = bytes.slice();
  const view = new DataView(copy.buffer, 8 + length);
  const count = Math.floor(view.byteLength / 4);
  const at = random.below(count);
  const word = pick(random, WORDS);
  const end = Math.min(count, at + 1 + random.below(random.below(4) === 0 ? 20 : 1));
  for (let i = at; i < end; ++i) view.setUint32(4 * i, word, true);
  return copy;
};

/** The header as text with a token in it; its length stays true. */
export const misspelt: Mutation = (bytes, random) => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = textual(bytes.subarray(8, 8 + length), random);
  return withHeader(header, bytes.subarray(8 + length));
};

function withHeader(header: Uint8Array, data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  return joined(length, header, data);
}

/** A copy with one change somewhere below; strings that are JSON are gone into. */
function changed(value: unknown, random: CounterRandom): unknown {
  if (typeof value === "string" && /^[[{]/.test(value) && random.below(8) > 0) {
    return JSON.stringify(changed(JSON.parse(value), random));
  }
  if (typeof value !== "object" || value === null || random.below(12) === 0) {
    if (typeof value === "number" && random.below(2) === 0) return value + random.below(9) - 4;
    return pick(random, VALUES);
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return pick(random, VALUES);
  const at = random.below(entries.length);
  const [name, held] = entries[at]!;
  const kind = random.below(10);
  if (kind === 0) entries.splice(at, 1);
  else if (kind === 1)
    entries.push([pick(random, entries)[0] + pick(random, ["", "x", "_0"]), held]);
  else if (kind === 2) entries[at] = [pick(random, ["__proto__", "", "support", "Wy"]), held];
  else if (kind === 3) entries[at] = [name, pick(random, entries)[1]];
  else entries[at] = [name, changed(held, random)];
  if (Array.isArray(value)) return entries.map(([, entry]) => entry);
  return Object.fromEntries(entries);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
