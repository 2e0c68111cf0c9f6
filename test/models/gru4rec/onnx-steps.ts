/** Models of every kind, and visits played step by step through what runs their ONNX graphs. */

import { expect } from "vitest";
import { GRU4Rec, type ModelOptions, onnxStep } from "../../../src/index.js";
import { CounterRandom } from "../../../src/random.js";

const ITEMS = 23;
const ids = Array.from({ length: ITEMS }, (_, i) => `item ${i}`);

export const MODELS: Readonly<Record<string, ModelOptions>> = {
  "the defaults": { layers: [20] },
  "the reset gate behind the product": { layers: [9, 5], resetAfter: true, embedding: "separate" },
  "the reset gate before the product": { layers: [9, 5], resetAfter: false, embedding: "shared" },
  "items one-hot": { layers: [6, 7, 5], embedding: "one-hot" },
  "an LSTM": { layers: [7, 5], cell: "lstm", embedding: "separate", embeddingSize: 3 },
  "an LSTM, items one-hot": { layers: [6], cell: "lstm", embedding: "one-hot" },
  "a plain cell": { layers: [7, 4], cell: "rnn", embedding: "shared", hiddenActivation: "tanh" },
  relu: { layers: [8], hiddenActivation: "relu" },
  "leaky relu": { layers: [8], hiddenActivation: "leaky-0.3", cell: "rnn" },
  elu: { layers: [8], hiddenActivation: "elu", eluParam: 0.7 },
  selu: { layers: [8], hiddenActivation: "selu-1.1-1.5", cell: "lstm" },
  "no activation": { layers: [8], hiddenActivation: "linear" },
};

/** Inputs and outputs by name, f32 or i64 row after row, and the rows of all of them. */
export type Step = (
  inputs: Readonly<Record<string, readonly number[]>>,
  visits: number,
) => Promise<Readonly<Record<string, ArrayLike<number>>>>;

/** Three visits at once, ten clicks each: after each of them the scores are those of `recommend`, within 1e-5. */
export async function expectSteps(
  options: ModelOptions,
  start: (bytes: Uint8Array<ArrayBuffer>) => Promise<Step>,
): Promise<void> {
  using model = await GRU4Rec.create(ids, { seed: 2, sigma: 0.6, ...options });
  const step = await start(await onnxStep(model));
  const sessions = [0, 1, 2].map(() => model.session());
  const random = new CounterRandom(9, 1);
  const kinds = options.cell === "lstm" ? ["h", "c"] : ["h"];
  let states: Record<string, number[]> = {};
  for (const [i, size] of model.options.layers.entries()) {
    for (const kind of kinds) states[`${kind}_${i}`] = new Array<number>(3 * size).fill(0);
  }
  for (let click = 0; click < 10; ++click) {
    const item = sessions.map(() => random.below(ITEMS));
    const outputs = await step({ ...states, item }, 3);
    const scores = Array.from(outputs.scores!);
    for (const [v, session] of sessions.entries()) {
      const list = session.push(ids[item[v]!]!).recommend({ count: ITEMS });
      expect(list).toHaveLength(ITEMS);
      for (const { itemId, score } of list) {
        const found = scores[v * ITEMS + ids.indexOf(String(itemId))]!;
        expect(Math.abs(found - score)).toBeLessThan(1e-5 * Math.max(1, Math.abs(score)));
      }
    }
    states = Object.fromEntries(
      Object.keys(states).map((name) => [name, Array.from(outputs[`next_${name}`]!)]),
    );
  }
}
