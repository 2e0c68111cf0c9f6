/**
 * The scripted trainings that scripts/golden/generate.py computed with PyTorch in double precision.
 *
 * Ten mini-batches are played in a circle; a circle is an epoch. Of sessions it starts from hidden
 * states of 0; of windows every step does.
 */

import { readdirSync, readFileSync } from "node:fs";
import type { ModelOptions } from "../../src/models/gru4rec/options.js";
import type { MiniBatch, Network } from "../reference/model.js";
import type { OptimizerOptions } from "../reference/optimizers.js";

export interface ScriptedBatch extends MiniBatch {
  /** Slots whose session starts here: their hidden state is 0 before the step. */
  readonly fresh: readonly number[];
  /** After a shrink: the slots of the step before that stay, in order. */
  readonly keep?: readonly number[];
  /** One character "0" or "1" per element, row-major; "1" means kept, and scaled by 1/(1−p). */
  readonly masks?: { readonly embedding?: string; readonly hidden?: readonly string[] };
}

/** Windows, longest first; each begins from a hidden state of 0. */
export interface ScriptedWindows {
  readonly windows: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  readonly lossAt: "last" | "every";
  readonly negatives: readonly number[];
  /** As above, for each window and click; hidden ones for each layer first. */
  readonly masks?: {
    readonly embedding?: readonly (readonly string[])[];
    readonly hidden?: readonly (readonly (readonly string[])[])[];
  };
}

/** Tensors as named and laid out in test/reference/model.ts. */
export type Tensors = Readonly<Record<string, readonly number[]>>;

export interface Fixture {
  readonly name: string;
  readonly network: Network & Pick<ModelOptions, "windowLength" | "lossAt" | "padding">;
  readonly optimizer: OptimizerOptions;
  readonly dropoutEmbedding: number;
  readonly dropoutHidden: number;
  readonly batches: readonly (ScriptedBatch | ScriptedWindows)[];
  readonly initial: Tensors;
  /** Of steps 1 to 10. */
  readonly losses: readonly number[];
  /** Of step 500. */
  readonly lastLoss: number;
  /** After so many steps. */
  readonly parameters: Readonly<Record<"1" | "10" | "500", Tensors>>;
  /** Deviation of the same run in single precision, as `deviation` measures it. */
  readonly float32: Readonly<Record<"1" | "10" | "500", number>>;
}

export function readFixtures(): Fixture[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${import.meta.dirname}/${name}`, "utf8")) as Fixture);
}

/** Factors 0 or 1/(1−p) of a mask's characters. */
export function maskFactors(bits: string, p: number): Float64Array {
  return Float64Array.from(bits, (bit) => (bit === "1" ? 1 / (1 - p) : 0));
}

/** Largest difference of any tensor, relative to the largest element expected in that tensor. */
export function deviation(got: Record<string, ArrayLike<number>>, want: Tensors): number {
  let worst = 0;
  for (const [name, expected] of Object.entries(want)) {
    const values = got[name];
    if (values?.length !== expected.length) throw new Error(`${name}: ${values?.length} elements`);
    const largest = Math.max(...expected.map(Math.abs));
    for (let i = 0; i < expected.length; ++i) {
      const error = Math.abs(values[i]! - expected[i]!) / largest;
      if (!(error <= worst)) worst = error; // NaN stays
    }
  }
  return worst;
}
