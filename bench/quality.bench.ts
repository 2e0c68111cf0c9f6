/**
 * Accuracy on public click logs, mean of some seeds, beside the official PyTorch code's on the same
 * files: `npm run bench -- quality` (it takes long), `--config rsc15-after --rounds 1` a part of it.
 */

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type Evaluation,
  evaluate,
  GRU4Rec,
  type ModelOptions,
  type TrainOptions,
  train,
} from "../src/index.js";
import { readSessions } from "../src/node.js";

interface Setting {
  readonly data: string;
  readonly model: ModelOptions;
  readonly training: TrainOptions;
  /** Recall@1, @5, @10, @20 and MRR@5, @10, @20 of the official PyTorch implementation. */
  readonly official?: readonly number[];
}

const CUTOFFS = [1, 5, 10, 20];
const XE: ModelOptions = { layers: [100], dropoutEmbedding: 0, dropoutHidden: 0.4, logQ: 1 };
const SAMPLED: TrainOptions = {
  ...{ batchSize: 32, learningRate: 0.2, momentum: 0.2, negatives: 2048, sampleAlpha: 0.5 },
};
const YC = [0.1752, 0.4713, 0.5983, 0.7022, 0.2829, 0.3001, 0.3074];
const RSC = [0.2339, 0.505, 0.5996, 0.6737, 0.3354, 0.3482, 0.3534];
/** The setting of the 2015 paper: only the other targets of the mini-batch are negatives. */
const paper = (model: ModelOptions, learningRate: number, momentum: number): Setting => ({
  data: "yoochoose1_64",
  model: { embedding: "one-hot", dropoutHidden: 0.2, ...model },
  training: { epochs: 10, batchSize: 50, negatives: 0, learningRate, momentum },
});

const SETTINGS: Readonly<Record<string, Setting>> = {
  "yoochoose-after": {
    ...{ data: "yoochoose1_64", model: { ...XE, resetAfter: true }, official: YC },
    training: { ...SAMPLED, epochs: 10 },
  },
  "yoochoose-before": {
    ...{ data: "yoochoose1_64", model: XE, official: YC },
    training: { ...SAMPLED, epochs: 10 },
  },
  "rsc15-after": {
    ...{ data: "rsc15_100k", model: { ...XE, resetAfter: true }, official: RSC },
    training: { ...SAMPLED, epochs: 5 },
  },
  "rsc15-before": {
    ...{ data: "rsc15_100k", model: XE, official: RSC },
    training: { ...SAMPLED, epochs: 5 },
  },
  diginetica: {
    ...{ data: "diginetica", model: { ...XE, resetAfter: true } },
    training: { ...SAMPLED, epochs: 5 },
  },
  "top1-gru": paper({ loss: "top1" }, 0.05, 0),
  "bpr-gru": paper({ loss: "bpr" }, 0.05, 0.2),
  "top1-rnn": paper({ loss: "top1", cell: "rnn" }, 0.05, 0),
  "bpr-rnn": paper({ loss: "bpr", cell: "rnn" }, 0.05, 0.2),
};

const { values } = parseArgs({
  options: { config: { type: "string" }, rounds: { type: "string" }, json: { type: "boolean" } },
});
const names = values.config?.split(",") ?? Object.keys(SETTINGS);
const seeds = Array.from({ length: Number(values.rounds ?? 3) }, (_, i) => 42 + i);
for (const name of names) await measure(name, SETTINGS[name]!);

async function measure(name: string, { data, model, training, official }: Setting): Promise<void> {
  const folder = `${process.env.GRU4REC_DATA ?? "../shared/data"}/${data}`;
  if (!existsSync(folder)) {
    console.log(`${name}: skipped, there is no ${folder} (set GRU4REC_DATA)`);
    return;
  }
  const clicks = await readSessions(`${folder}/train.tsv.gz`);
  const test = await readSessions(`${folder}/test.tsv.gz`);
  const runs: number[][] = [];
  for (const seed of seeds) {
    const network = await GRU4Rec.create(clicks.items, { ...model, seed });
    const losses: number[] = [];
    let rate = 0;
    for await (const { loss, eventsPerSecond } of train(network, clicks, training)) {
      losses.push(loss);
      rate = Math.max(rate, eventsPerSecond);
    }
    const figures = listed(await evaluate(network, test, { cutoffs: CUTOFFS }));
    network.dispose();
    runs.push(figures);
    const curve = losses.map((loss) => loss.toFixed(3)).join(" ");
    print({ name, seed, ...named(figures), losses: curve, eventsPerSecond: Math.round(rate) });
  }
  const mean = runs[0]!.map((_, i) => runs.reduce((sum, run) => sum + run[i]!, 0) / runs.length);
  print({ name, seeds: seeds.length, ...named(mean) });
  if (official) print({ name, official: "PyTorch", ...named(official) });
}

function listed({ recall, mrr }: Evaluation): number[] {
  return [...CUTOFFS.map((n) => recall[n]!), ...CUTOFFS.slice(1).map((n) => mrr[n]!)];
}

function named(figures: readonly number[]): Record<string, number> {
  const titles = [...CUTOFFS.map((n) => `R@${n}`), ...CUTOFFS.slice(1).map((n) => `MRR@${n}`)];
  return Object.fromEntries(titles.map((title, i) => [title, Number(figures[i]!.toFixed(4))]));
}

function print(row: Record<string, unknown>): void {
  if (values.json) console.log(JSON.stringify({ type: "quality", ...row }));
  else
    console.log(
      Object.entries(row)
        .map(([key, value]) => `${key} ${value}`)
        .join("  "),
    );
}
