/** What the command line asks of a benchmark: `npm run bench -- peers --config xe-100 --json`. */

import { parseArgs } from "node:util";
import type { ThreadOptions } from "../src/index.js";
import { SHAPES, type Shape, shapeOf } from "./shapes.js";

export interface Flags {
  /** One JSON object a line instead of a table. */
  readonly json: boolean;
  /** Ours on so many threads only; undefined tries what the benchmark lists. */
  readonly threads: number | undefined;
  /** Races run the first; other benchmarks all: those asked for, else what the engine has. */
  readonly numerics: readonly [Numerics, ...Numerics[]];
  readonly shapes: readonly Shape[];
  /** Turns that ours and a peer take; undefined is what the benchmark thinks right. */
  readonly rounds: number | undefined;
  /** Seconds of one measurement. */
  readonly seconds: number | undefined;
  /** Retrieval with this batch size only. */
  readonly batch: number | undefined;
}

export type Numerics = NonNullable<ThreadOptions["numerics"]>;

const OPTIONS = {
  json: { type: "boolean", default: false },
  threads: { type: "string" },
  numerics: { type: "string" },
  config: { type: "string" },
  rounds: { type: "string" },
  seconds: { type: "string" },
  batch: { type: "string" },
} as const;

export function readFlags(): Flags {
  const { values } = parseArgs({ options: OPTIONS });
  return {
    json: values.json,
    threads: numberOf(values.threads),
    numerics: numericsOf(values.numerics),
    shapes: values.config ? values.config.split(",").map(shapeOf) : SHAPES,
    rounds: numberOf(values.rounds),
    seconds: numberOf(values.seconds),
    batch: numberOf(values.batch),
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** (func (param v128) (result v128) (f32x4.relaxed_madd …)): valid where there is relaxed SIMD. */
const RELAXED = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b,
  0x03, 0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd,
  0x85, 0x02, 0x0b,
]);

/** An engine without relaxed SIMD runs the portable build, whatever it is asked for. */
function numericsOf(asked: string | undefined): [Numerics, ...Numerics[]] {
  if (asked === "portable" || !WebAssembly.validate(RELAXED)) return ["portable"];
  return asked === "fast" ? ["fast"] : ["fast", "portable"];
}
