/**
 * Windows with back-propagation through time beside session-parallel training, the same model on the
 * same split, each measured by its last ten clicks and by the running hidden state:
 * `npm run bench -- windows` (it takes long), `--config ml-100k --way last,every --epochs 2`
 * a part of it.
 *
 * YooChoose has its published split. Of MovieLens a session is a user, and the last tenth of the users,
 * by the time of their first rating, is the test set: every rating but a user's first is a test case.
 */

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  evaluate,
  GRU4Rec,
  type ModelOptions,
  type Sessions,
  splitByTime,
  type TrainOptions,
  train,
} from "../src/index.js";
import { readSessions } from "../src/node.js";

const LENGTH = 10;
const MODEL: ModelOptions = { layers: [100], resetAfter: true, dropoutEmbedding: 0, logQ: 1 };

/** Ways to play the same clicks; mini-batches hold about as many targets each. */
const WAYS: Readonly<Record<string, { model: ModelOptions; training: TrainOptions }>> = {
  sessions: { model: {}, training: { batchSize: 32 } },
  last: { model: { windowLength: LENGTH }, training: { batchSize: 32 } },
  every: { model: { windowLength: LENGTH, lossAt: "every" }, training: { batchSize: 8 } },
};

interface Log {
  /** Whether it has to be split. */
  readonly split: boolean;
  readonly model: ModelOptions;
  readonly training: TrainOptions;
}

/** Long histories learn best slowly: with YooChoose's rate all three ways are worse on MovieLens. */
const MOVIES: Log = {
  split: true,
  model: { dropoutHidden: 0.2 },
  training: { learningRate: 0.05, negatives: 1024, epochs: 6 },
};
const LOGS: Readonly<Record<string, Log>> = {
  yoochoose1_64: {
    split: false,
    model: { dropoutHidden: 0.4 },
    training: { learningRate: 0.2, momentum: 0.2, negatives: 2048, epochs: 5 },
  },
  "ml-100k": MOVIES,
  "ml-1m-first2999users": MOVIES,
};

const { values } = parseArgs({
  options: {
    config: { type: "string" },
    rounds: { type: "string" },
    threads: { type: "string" },
    epochs: { type: "string" },
    way: { type: "string" },
    json: { type: "boolean" },
  },
});
const threads: number | "auto" = values.threads === undefined ? "auto" : Number(values.threads);
for (const name of values.config?.split(",") ?? Object.keys(LOGS)) await measure(name);

async function measure(name: string): Promise<void> {
  const folder = `${process.env.GRU4REC_DATA ?? "../shared/data"}/${name}`;
  if (!existsSync(folder)) {
    console.log(`${name}: skipped, there is no ${folder} (set GRU4REC_DATA)`);
    return;
  }
  const { split, ...log } = LOGS[name]!;
  const { clicks, test } = split
    ? await usersOf(`${folder}/events.tsv.gz`)
    : {
        clicks: await readSessions(`${folder}/train.tsv.gz`),
        test: await readSessions(`${folder}/test.tsv.gz`),
      };
  for (const [way, { model, training }] of Object.entries(WAYS)) {
    if (values.way && !values.way.split(",").includes(way)) continue;
    for (let seed = 42; seed < 42 + Number(values.rounds ?? 1); ++seed) {
      const network = await GRU4Rec.create(clicks.items, {
        ...MODEL,
        ...log.model,
        ...model,
        seed,
      });
      const epochs = values.epochs ? { epochs: Number(values.epochs) } : {};
      const options = { ...log.training, ...training, ...epochs, threads };
      for await (const { epoch, loss, eventsPerSecond } of train(network, clicks, options)) {
        const row = { log: name, way, seed, epoch, loss: Number(loss.toFixed(3)) };
        const rate = Math.round(eventsPerSecond);
        print({ ...row, eventsPerSecond: rate, ...(await figures(network, test)) });
      }
      network.dispose();
    }
  }
}

/** Recall and MRR by the last ten clicks, and by all of them. */
async function figures(network: GRU4Rec, test: Sessions): Promise<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const windowLength of [LENGTH, 0]) {
    const { recall, mrr } = await evaluate(network, test, { cutoffs: [20], windowLength, threads });
    const by = windowLength === 0 ? "running" : `last ${windowLength}`;
    out[`R@20 ${by}`] = Number(recall[20]!.toFixed(4));
    out[`MRR@20 ${by}`] = Number(mrr[20]!.toFixed(4));
  }
  return out;
}

async function usersOf(path: string): Promise<{ clicks: Sessions; test: Sessions }> {
  const all = await readSessions(path);
  const parts = splitByTime(all, { testSessions: Math.round(all.length / 10) });
  return { clicks: parts.train, test: parts.test };
}

function print(row: Record<string, unknown>): void {
  if (values.json) console.log(JSON.stringify({ type: "windows", ...row }));
  else
    console.log(
      Object.entries(row)
        .map(([key, value]) => `${key} ${value}`)
        .join("  "),
    );
}
