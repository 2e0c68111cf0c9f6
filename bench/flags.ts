/** What the command line asks of a benchmark: `npm run bench -- peers --config xe-100 --json`. */

import { parseArgs } from "node:util";
import type { ThreadOptions } from "../src/index.js";
import { SHAPES, type Shape, shapeOf } from "./shapes.js";

export interface Flags {
  /** One JSON object a line instead of a table. */
  readonly json: boolean;
  /** Ours on so many threads only; undefined tries what the benchmark lists. */
  readonly threads: number | undefined;
  readonly numerics: NonNullable<ThreadOptions["numerics"]>;
  readonly shapes: readonly Shape[];
  /** Turns that ours and a peer take. */
  readonly rounds: number;
  /** Seconds of one measurement. */
  readonly seconds: number;
}

const OPTIONS = {
  json: { type: "boolean", default: false },
  threads: { type: "string" },
  numerics: { type: "string", default: "fast" },
  config: { type: "string" },
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "2" },
} as const;

export function readFlags(): Flags {
  const { values } = parseArgs({ options: OPTIONS });
  return {
    json: values.json,
    threads: values.threads === undefined ? undefined : Number(values.threads),
    numerics: values.numerics === "portable" ? "portable" : "fast",
    shapes: values.config ? values.config.split(",").map(shapeOf) : SHAPES,
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
  };
}

/** (func (param v128) (result v128) (f32x4.relaxed_madd …)): valid where there is relaxed SIMD. */
const RELAXED = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b,
  0x03, 0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd,
  0x85, 0x02, 0x0b,
]);

/** The numerics that are really run: an engine without relaxed SIMD takes the portable build. */
export function actualNumerics({ numerics }: Flags): "fast" | "portable" {
  return numerics === "fast" && WebAssembly.validate(RELAXED) ? "fast" : "portable";
}
