/** Does it learn? Where the next click is certain, every kind of model must come to know it. */

import { describe, expect, test } from "vitest";
import { evaluate, fit, GRU4Rec, type ModelOptions, Sessions } from "../../src/index.js";
import { clicks, cycle } from "./clicks.js";

const LOSSES = ["cross-entropy", "bpr-max", "top1-max", "bpr", "top1"] as const;
const EMBEDDINGS = ["shared", "separate", "one-hot"] as const;
const CELLS = {
  gru: {},
  "gru with the reset after": { resetAfter: true },
  rnn: { cell: "rnn" },
  lstm: { cell: "lstm" },
} as const satisfies Readonly<Record<string, ModelOptions>>;

const kinds = LOSSES.flatMap((loss) =>
  EMBEDDINGS.flatMap((embedding) =>
    Object.entries(CELLS).map(([cell, options]) => ({ loss, embedding, cell, options })),
  ),
);

describe("training", () => {
  test.each(kinds)("learns a cycle by heart: $loss, $embedding, $cell", async (kind) => {
    const { loss, embedding, options } = kind;
    const sessions = cycle();
    const model = await GRU4Rec.create(sessions.items, {
      layers: [8],
      loss,
      embedding,
      ...options,
    });
    const before = await evaluate(model, sessions, { cutoffs: [1], threads: 0 });
    const learning = { epochs: 15, batchSize: 10, negatives: 6, learningRate: 0.2, threads: 0 };
    const reports = await fit(model, sessions, learning);
    const after = await evaluate(model, sessions, {
      ...{ cutoffs: [1], ties: "conservative", threads: 0 },
    });
    expect(before.recall[1]).toBeLessThan(0.9);
    expect(reports.at(-1)!.loss).toBeLessThan(reports[0]!.loss);
    expect(after.recall[1]).toBe(1);
    expect(model.recommend(["a", "b"], { count: 1 })[0]!.itemId).toBe("c");
  });

  test("needs the hidden state where the last click does not tell the next", async () => {
    // a x b, c x d: after x only the click before it decides.
    const events = Array.from({ length: 40 }, (_, s) =>
      (s % 2 ? ["a", "x", "b"] : ["c", "x", "d"]).map((itemId, time) => ({
        ...{ sessionId: s, itemId, time: 3 * s + time },
      })),
    );
    const sessions = Sessions.from(events.flat());
    const model = await GRU4Rec.create(sessions.items, { layers: [12] });
    const learning = { epochs: 40, batchSize: 8, negatives: 6, learningRate: 0.2, threads: 0 };
    await fit(model, sessions, learning);
    expect(model.recommend(["a", "x"], { count: 1 })[0]!.itemId).toBe("b");
    expect(model.recommend(["c", "x"], { count: 1 })[0]!.itemId).toBe("d");
  });

  test.each([
    ["several layers", { layers: [10, 8] }],
    ["dropout", { layers: [16], dropoutHidden: 0.2, dropoutEmbedding: 0.2 }],
    ["logQ", { layers: [12], logQ: 1 }],
  ] as const)("beats chance by far with %s", async (_, options) => {
    const sessions = clicks(300, 30);
    const model = await GRU4Rec.create(sessions.items, options);
    await fit(model, sessions, { epochs: 8, batchSize: 16, negatives: 30, learningRate: 0.1 });
    const { recall } = await evaluate(model, sessions, { cutoffs: [3] });
    expect(recall[3]).toBeGreaterThan(0.8); // chance: 0.1, the most that can be known: 1
  });
});
