/**
 * Good without tuning? The defaults, those of before, and settings that a search on validation data liked best, on
 * several public logs: `npm run bench -- defaults` (an hour on one thread), `--log rsc15 --setting defaults` a part of
 * it. `--validation` measures after every epoch on the last tenth of the training sessions, the test untouched, with all
 * settings of the search; `--part 1` trains on all of a log.
 *
 * Split by time. Of the large logs the most recent part is trained on, so that a row takes minutes.
 */

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type Evaluation,
  evaluate,
  GRU4Rec,
  type ModelOptions,
  markov,
  recentSessions,
  type Sessions,
  splitByTime,
  TRAIN_DEFAULTS,
  type TrainOptions,
  train,
} from "../src/index.js";
import { readSessions } from "../src/node.js";

const { values } = parseArgs({
  options: {
    log: { type: "string" },
    setting: { type: "string" },
    seeds: { type: "string", default: "1" },
    threads: { type: "string", default: "1" },
    part: { type: "string" },
    validation: { type: "boolean" },
    json: { type: "boolean" },
  },
});
const threads = Number(values.threads);

interface Log {
  /** Folder of the data, and its files. */
  readonly files: readonly string[];
  /** The most recent part that is trained on. */
  readonly part: number;
  /** Unix seconds at which the test begins, of a log in one file. */
  readonly testFrom?: number;
}

const LOGS: Readonly<Record<string, Log>> = {
  rsc15: { files: ["rsc15_100k/train.tsv.gz", "rsc15_100k/test.tsv.gz"], part: 1 },
  serenade: { files: ["serenade_example/train.tsv.gz", "serenade_example/test.tsv.gz"], part: 1 },
  yoochoose: { files: ["yoochoose1_64/train.tsv.gz", "yoochoose1_64/test.tsv.gz"], part: 0.15 },
  diginetica: { files: ["diginetica/train.tsv.gz", "diginetica/test.tsv.gz"], part: 0.15 },
  // From 16 October 2017, as the data says.
  globo: { files: ["globo/events.tsv.gz"], part: 0.1, testFrom: 1_508_112_000 },
};

interface Setting {
  readonly model: ModelOptions;
  readonly train: TrainOptions;
}

const BPR_MAX: Setting = {
  model: { loss: "bpr-max", dropoutEmbedding: 0.4, dropoutHidden: 0, eluParam: 1 },
  train: { learningRate: 0.05, momentum: 0.3, sampleAlpha: 0.3 },
};

/** Cross-entropy with logQ 1, the rest as given. */
const xe = (
  dropoutEmbedding: number,
  dropoutHidden: number,
  learningRate: number,
  more: ModelOptions = {},
): Setting => ({
  model: { dropoutEmbedding, dropoutHidden, logQ: 1, ...more },
  train: { learningRate },
});

const MEASURED = ["markov", "before", "defaults", "bpr-max"];
const SETTINGS: Readonly<Record<string, Setting>> = {
  before: {
    model: { dropoutEmbedding: 0, dropoutHidden: 0, logQ: 0 },
    train: { learningRate: 0.05 },
  },
  defaults: { model: {}, train: {} },
  "bpr-max": BPR_MAX,
  // What else was searched, in the order of bench/README.md.
  "logq-1": xe(0, 0, 0.05),
  "rate-0.1": xe(0, 0, 0.1),
  "0.25": xe(0.25, 0, 0.1),
  "0.25-0.2": xe(0.25, 0.2, 0.1),
  "0.25-0.2-after": xe(0.25, 0.2, 0.1, { resetAfter: true }),
  "0.25-0.4": xe(0.25, 0.4, 0.1),
  "0.35-0.2": xe(0.35, 0.2, 0.1),
  "0.45-0.4": xe(0.45, 0.4, 0.1),
  "0.45-0.2-rate-0.14": xe(0.45, 0.2, 0.14),
};
const settings =
  values.setting?.split(",") ??
  (values.validation ? ["markov", ...Object.keys(SETTINGS)] : MEASURED);

const data = process.env.GRU4REC_DATA ?? "../shared/data";
for (const name of values.log?.split(",") ?? Object.keys(LOGS)) {
  const log = LOGS[name]!;
  const missing = log.files.find((file) => !existsSync(`${data}/${file}`));
  if (missing) console.log(`${name}: skipped, there is no ${data}/${missing} (set GRU4REC_DATA)`);
  else await compareOn(name, { ...log, ...(values.part && { part: Number(values.part) }) });
}

async function compareOn(name: string, log: Log): Promise<void> {
  const { train: sessions, test } = await split(log);
  for (const setting of settings) {
    for (const seed of setting === "markov" ? [0] : values.seeds.split(",").map(Number)) {
      const start = performance.now();
      const found = await measured(sessions, test, setting, seed);
      const { recall, mrr } = found.at(-1)!;
      const seconds = Math.round((performance.now() - start) / 1000);
      const best = found.reduce((one, other) => (other.mrr[20]! > one.mrr[20]! ? other : one));
      const bestEpoch = found.length > 1 && { bestEpoch: 1 + found.indexOf(best) };
      print({
        log: name,
        setting,
        seed,
        recall: recall[20]!,
        mrr: mrr[20]!,
        ...bestEpoch,
        seconds,
      });
    }
  }
}

async function split({ files, part, testFrom }: Log): Promise<{ train: Sessions; test: Sessions }> {
  const [all, apart] = await Promise.all(files.map((file) => readSessions(`${data}/${file}`)));
  let [train, test] = [all!, apart];
  if (testFrom !== undefined) {
    const last = train.times.reduce((most, time) => Math.max(most, time), 0);
    ({ train, test } = splitByTime(train, { testSeconds: last - testFrom }));
  }
  if (part < 1) train = recentSessions(train, { lastPart: part });
  if (!values.validation) return { train, test: test! };
  return splitByTime(train, { testSessions: Math.round(train.length / 10) });
}

/** After the last epoch, on a validation after each. */
async function measured(
  sessions: Sessions,
  test: Sessions,
  setting: string,
  seed: number,
): Promise<Evaluation[]> {
  if (setting === "markov") return [await evaluate(markov(sessions), test, { cutoffs: [20] })];
  const { model, train: learning } = SETTINGS[setting]!;
  const gru = await GRU4Rec.create(sessions.items, { seed, ...model });
  const found: Evaluation[] = [];
  const { epochs = TRAIN_DEFAULTS.epochs } = learning;
  for await (const { epoch } of train(gru, sessions, { threads, ...learning })) {
    if (epoch < epochs && !values.validation) continue;
    found.push(await evaluate(gru, test, { cutoffs: [20], threads }));
  }
  gru.dispose();
  return found;
}

function print(row: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(row).map(([name, value]) =>
    typeof value === "number" && !Number.isInteger(value)
      ? `${name} ${value.toFixed(4)}`
      : `${name} ${value}`,
  );
  console.log(values.json ? JSON.stringify({ type: "defaults", ...row }) : text.join("  "));
}
