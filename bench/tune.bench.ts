/**
 * What a search is worth: `npm run bench -- tune`. It takes hours; trials are kept in build/, so the same command
 * goes on after whatever ended it. `--part samplers` or `--part defaults` is one of its two questions.
 *
 * - `samplers`: on rsc15_100k, what the best of 30 random trials reaches against the best of 15 by TPE: median of
 *   `--seeds` (10). Trials are short: the last 30 % of the sessions, 3 epochs, 256 negatives, MRR@20 on the last day.
 * - `defaults`: on the last tenth of diginetica, a GRU4Rec of 100 units with the best options of 30 trials beside one
 *   with the defaults of before there was a search, on the test set, with the interval of the paired difference.
 */

import { existsSync, mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  compare,
  GRU4Rec,
  intervalsOf,
  recentSessions,
  type Sessions,
  type Space,
  splitByTime,
  type Trial,
  type TrialParameters,
} from "../src/index.js";
import { readSessions, train, tune } from "../src/node.js";

const { values } = parseArgs({
  options: {
    part: { type: "string" },
    seeds: { type: "string", default: "10" },
    trials: { type: "string", default: "30" },
  },
});
const TRIALS = Number(values.trials);
const DATA = process.env.GRU4REC_DATA ?? "../shared/data";
const LOGS = "build/tune";

/** Said here: a default that changes later changes no figure of this benchmark. */
const BEFORE = {
  ...{ layers: [100], resetAfter: false, loss: "cross-entropy", logQ: 0 },
  ...{ dropoutEmbedding: 0, dropoutHidden: 0 },
  ...{
    epochs: 10,
    batchSize: 64,
    learningRate: 0.05,
    momentum: 0,
    negatives: 2048,
    sampleAlpha: 0.5,
  },
};

const LEARNING = {
  batchSize: { from: 32, to: 256, step: 16 },
  learningRate: { from: 0.01, to: 0.25, step: 0.005 },
  momentum: { from: 0, to: 0.9, step: 0.05 },
  sampleAlpha: { from: 0, to: 1, step: 0.1 },
} as const;
const NETWORK = {
  dropoutEmbedding: { from: 0, to: 0.5, step: 0.05 },
  dropoutHidden: { from: 0, to: 0.7, step: 0.05 },
  logQ: { choices: [0, 1] },
} as const;

const wanted = (part: string): boolean => (values.part ?? part) === part;
mkdirSync(LOGS, { recursive: true });
if (wanted("samplers")) await samplers();
if (wanted("defaults")) await defaults();

async function read(name: string, file: string): Promise<Sessions | undefined> {
  const path = `${DATA}/${name}/${file}.tsv.gz`;
  if (existsSync(path)) return readSessions(path);
  console.log(`tune: skipped, there is no ${path} (set GRU4REC_DATA)`);
  return undefined;
}

/** MRR@20 on the validation after each epoch. */
async function* figures(
  { model, train: learning }: TrialParameters,
  sessions: Sessions,
  validation: Sessions,
): AsyncGenerator<number> {
  const made = await GRU4Rec.create(sessions.items, model);
  try {
    const options = { ...learning, validation, monitor: "mrr@20", threads: 0 } as const;
    for await (const epoch of train(made, sessions, options)) yield epoch.validation!.value;
  } finally {
    made.dispose();
  }
}

async function samplers(): Promise<void> {
  const log = await read("rsc15_100k", "train");
  if (!log) return;
  const held = splitByTime(log, { testSeconds: 86_400 });
  const sessions = recentSessions(held.train, { lastPart: 0.3 });
  const space: Space = {
    model: { layers: [{ from: 32, to: 96, step: 32 }], ...NETWORK },
    train: { ...LEARNING, negatives: 256, epochs: 3 },
  };
  console.log(
    `rsc15_100k: ${sessions.events} clicks, ${TRIALS} random trials, ${TRIALS / 2} by tpe`,
  );
  const random: number[] = [];
  const tpe: number[] = [];
  for (let seed = 0; seed < Number(values.seeds); ++seed) {
    // The first trials of both samplers are the same, and so are trained once.
    const known = new Map<string, number>();
    for (const [sampler, trials, list] of [
      ["random", TRIALS, random],
      ["tpe", TRIALS / 2, tpe],
    ] as const) {
      const tuning = await tune(
        async (options) => {
          const before = known.get(JSON.stringify(options));
          if (before !== undefined) return before;
          let best = 0;
          for await (const figure of figures(options, sessions, held.test)) {
            best = Math.max(best, figure);
          }
          return best;
        },
        {
          ...{ space, sampler, trials, seed, round: 1, halving: false },
          log: `${LOGS}/rsc15-${sampler}-${seed}.jsonl`,
        },
      );
      for (const { parameters, value } of tuning.trials) {
        if (value !== undefined) known.set(JSON.stringify(parameters), value);
      }
      list.push(tuning.best?.value ?? 0);
    }
    const told = [random.at(-1)!, tpe.at(-1)!].map((figure) => figure.toFixed(4));
    console.log(`seed ${seed}: random ${told[0]}, tpe with half as many ${told[1]}`);
  }
  console.log(
    `median of ${random.length}: ${medianOf(random).toFixed(4)}, ${medianOf(tpe).toFixed(4)}`,
  );
}

function medianOf(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

async function defaults(): Promise<void> {
  const [whole, test] = [await read("diginetica", "train"), await read("diginetica", "test")];
  if (!whole || !test) return;
  const log = recentSessions(whole, { lastPart: 0.1 });
  const held = splitByTime(log, { testSessions: Math.round(log.length / 10) });
  const space: Space = {
    model: { layers: [100], ...NETWORK },
    train: { ...LEARNING, negatives: 2048, epochs: 10 },
  };
  console.log(`diginetica: ${log.events} clicks, ${TRIALS} trials`);
  const onTrial = ({ number, state, value }: Trial): void =>
    console.log(`trial ${number} ${state} ${value?.toFixed(4) ?? ""}`);
  const { best } = await tune(
    async (options, { report }) => {
      for await (const figure of figures(options, held.train, held.test)) {
        if (!report(figure)) break;
      }
      return undefined;
    },
    { space, trials: TRIALS, onTrial, log: `${LOGS}/diginetica.jsonl` },
  );
  const tuned = { ...best!.parameters.model, ...best!.parameters.train };
  // The epoch that the search found: the test set decides nothing.
  const epochs = 1 + best!.figures.indexOf(best!.value!);
  const names = ["gru4rec:before", "gru4rec:tuned"];
  const modelOptions = { [names[0]!]: BEFORE, [names[1]!]: { ...tuned, epochs } };
  const models = [];
  for await (const model of compare(log, test, { models: names, modelOptions, threads: 0 })) {
    models.push(model);
  }
  const intervals = await intervalsOf(models, test);
  for (const [i, { name }] of models.entries()) {
    const { value, low, high, isWorse } = intervals[i]!.mrr[20]!;
    const range = `${low.toFixed(4)} to ${high.toFixed(4)}`;
    console.log(
      `${name}: mrr@20 ${value.toFixed(4)}, ${range}${isWorse ? ", worse for sure" : ""}`,
    );
  }
  console.log(JSON.stringify({ ...tuned, epochs }));
}
