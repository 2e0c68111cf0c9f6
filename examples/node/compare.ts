/**
 * Two settings on the same split, beside the baselines that they have to beat.
 *
 * Node 22.18 and later run this file as it is; for Node 20 take the types out, as `npx tsc` does.
 */

import {
  evaluate,
  fit,
  GRU4Rec,
  type ModelOptions,
  markov,
  popularity,
  type Scorer,
  splitByTime,
  type TrainOptions,
} from "gru4rec";
import { readSessions } from "gru4rec/node";

interface Setting {
  readonly name: string;
  readonly model: ModelOptions;
  readonly training: TrainOptions;
}

const SETTINGS: readonly Setting[] = [
  {
    name: "cross-entropy",
    model: { layers: [32], loss: "cross-entropy" },
    training: { epochs: 3 },
  },
  {
    name: "BPR-max",
    model: { layers: [32], loss: "bpr-max", embedding: "separate" },
    training: { epochs: 3, learningRate: 0.1 },
  },
];

const { train, validation, test } = splitByTime(await readSessions("clicks.csv"), {
  testSessions: 20,
  validationSessions: 20,
});

async function report(name: string, scorer: GRU4Rec | Scorer): Promise<void> {
  const { recall, mrr } = await evaluate(scorer, test, { cutoffs: [5, 20] });
  console.table({ [name]: { "recall@5": recall[5], "recall@20": recall[20], "mrr@20": mrr[20] } });
}

await report("popularity", popularity(train));
await report("Markov chain", markov(train));
for (const { name, model: options, training } of SETTINGS) {
  using model = await GRU4Rec.create(train.items, options);
  await fit(model, train, { ...training, validation, patience: 2 });
  await report(name, model);
}
