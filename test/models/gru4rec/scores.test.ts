/** The scores that a model recommends by, against the plain f64 loops of test/reference/, read from the model's file. */

import { describe, expect, test } from "vitest";
import { fit, GRU4Rec, type ModelOptions, Sessions } from "../../../src/index.js";
import { outputOf, STATES } from "../../reference/cells.js";
import { type Network, type Parameters, scoreAll, step } from "../../reference/model.js";

const ITEMS = 23;
const VISIT = [3, 17, 3, 9];

const cases: ModelOptions[] = [
  { layers: [12], loss: "cross-entropy" },
  { layers: [10, 6], loss: "cross-entropy", embedding: "separate", embeddingSize: 5 },
  { layers: [8], loss: "top1-max", finalActivation: "tanh", embedding: "one-hot" },
  { layers: [7], loss: "bpr-max", finalActivation: "elu", resetAfter: true },
  { layers: [9], loss: "bpr", finalActivation: "linear", cell: "rnn" },
  { layers: [9, 6], cell: "lstm" },
];

describe("a model's scores", () => {
  test.each(cases)("agree with the definition: %o", async (options) => {
    const sessions = Sessions.from(clicks());
    const model = await GRU4Rec.create(sessions.items, { ...options, seed: 11 });
    await fit(model, sessions, { epochs: 2, batchSize: 8, negatives: 4, threads: 0 });

    const expected = referenceScores(
      model,
      VISIT.map((item) => model.items.indexOf(item)),
    );
    const visit = model.session();
    for (const item of VISIT) visit.push(item);
    const atOnce = model.recommend(VISIT, { count: ITEMS });
    const clickByClick = visit.recommend({ count: ITEMS });

    expect(atOnce).toHaveLength(ITEMS);
    expect(clickByClick).toEqual(atOnce);
    for (const { itemId, score } of atOnce) {
      const wanted = expected[model.items.indexOf(itemId)]!;
      expect(Math.abs(score - wanted)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted)));
    }
  });
});

/** Scores of all items after a history of rows, in f64 from the model's own file. */
function referenceScores(model: GRU4Rec, history: readonly number[]): Float64Array {
  const { options } = model;
  const net: Network = {
    ...{ items: model.items.size, support: model.items.support, batchSize: 1 },
    ...{ layers: options.layers, cell: options.cell, resetAfter: options.resetAfter },
    ...{ embedding: options.embedding, embeddingSize: options.embeddingSize, loss: options.loss },
    ...{ bprReg: options.bprReg, smoothing: 0, logQ: 0, sampleAlpha: 0 },
    finalActivation: { kind: "linear" }, // a recommendation has the score before it
    hiddenActivation: { kind: "tanh" },
  };
  const parameters = parametersOf(model.toBytes(), options.layers.length);
  const S = STATES[options.cell];
  let hidden: Float64Array[] = options.layers.map((D) => new Float64Array(S * D));
  for (const item of history) {
    const batch = { inputs: [item], targets: [0], negatives: [1] };
    hidden = step(net, parameters, hidden, batch).hidden;
  }
  return scoreAll(net, parameters, outputOf(hidden.at(-1)!, 1, options.layers.at(-1)!));
}

/** The tensors of a safetensors file under the reference's names. */
function parametersOf(file: Uint8Array, layers: number): Parameters {
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));
  const read = (name: string): Float64Array | undefined => {
    const [begin, end] = header[name]?.data_offsets ?? [];
    if (begin === undefined) return undefined;
    const bytes = file.slice(8 + headerLength + begin, 8 + headerLength + end);
    return Float64Array.from(new Float32Array(bytes.buffer));
  };
  const parameters: Parameters = { Wy: read("Wy")!, By: read("By")! };
  const embedding = read("E");
  if (embedding) parameters.E = embedding;
  for (let k = 0; k < layers; ++k) {
    parameters[`W${k}`] = read(`Wx_${k}`)!;
    parameters[`b${k}`] = read(`b_${k}`)!;
    parameters[`U${k}`] = beside(read(`Wrz_${k}`), read(`Wh_${k}`)!);
    const bias = read(`bh_${k}`);
    if (bias) parameters[`bU${k}`] = bias;
  }
  return parameters;
}

/** [D, 2D] and [D, D] side by side: r | z | c. Other cells have only the second. */
function beside(rz: Float64Array | undefined, c: Float64Array): Float64Array {
  if (!rz) return c;
  const D = Math.sqrt(c.length);
  return Float64Array.from({ length: 3 * D * D }, (_, i) => {
    const row = Math.floor(i / (3 * D));
    const column = i % (3 * D);
    return column < 2 * D ? rz[row * 2 * D + column]! : c[row * D + column - 2 * D]!;
  });
}

/** 40 sessions that walk around the catalogue in steps of one to three. */
function clicks(): { sessionId: number; itemId: number; time: number }[] {
  return Array.from({ length: 40 }, (_, sessionId) =>
    Array.from({ length: 5 }, (_, i) => ({
      sessionId,
      itemId: (sessionId * 5 + i * (1 + (sessionId % 3))) % ITEMS,
      time: sessionId * 10 + i,
    })),
  ).flat();
}
