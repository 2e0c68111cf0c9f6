/**
 * Each published set of parameters beside a first-order Markov chain, on a log that is at hand: `npm run bench -- presets`,
 * `--sets rsc15,coveo` some of them, `--events 20000` on so many of the last clicks of each log.
 */

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  compare,
  intervalsOf,
  PARAMETER_SETS,
  type PublishedName,
  recentSessions,
} from "../src/index.js";
import { readSessions } from "../src/node.js";

/** The logs of rees46, coveo and retailrocket are not among those that the benchmarks know. */
const LOGS: Readonly<Record<PublishedName, string>> = {
  rsc15: "rsc15_100k",
  yoochoose: "yoochoose1_64",
  diginetica: "diginetica",
  retailrocket: "diginetica",
  rees46: "rsc15_100k",
  coveo: "rsc15_100k",
};

const { values } = parseArgs({
  options: {
    sets: { type: "string", default: Object.keys(LOGS).join(",") },
    events: { type: "string", default: "100000" },
    threads: { type: "string" },
  },
});
const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
const DATA = process.env.GRU4REC_DATA ?? "../shared/data";

for (const set of values.sets.split(",") as PublishedName[]) {
  const folder = `${DATA}/${LOGS[set]}`;
  if (!existsSync(folder)) {
    console.log(`presets: skipped ${set}, there is no ${folder} (set GRU4REC_DATA)`);
    continue;
  }
  const whole = await readSessions(`${folder}/train.tsv.gz`);
  const test = await readSessions(`${folder}/test.tsv.gz`);
  const share = Math.min(1, Number(values.events) / whole.events);
  const log = share < 1 ? recentSessions(whole, { lastPart: share }) : whole;
  const { model, train } = PARAMETER_SETS[set];
  const models = [];
  const options = { modelOptions: { gru4rec: { ...model, ...train } }, cutoffs: [20], ...threads };
  for await (const one of compare(log, test, { ...options, models: ["markov", "gru4rec"] })) {
    models.push(one);
  }
  const intervals = await intervalsOf(models, test, { cutoffs: [20] });
  for (const [i, { name }] of models.entries()) {
    const [recall, mrr] = [intervals[i]!.recall[20]!, intervals[i]!.mrr[20]!];
    const figures = `${recall.value.toFixed(4)} / ${mrr.value.toFixed(4)}`;
    const range = `mrr ${mrr.low.toFixed(4)} to ${mrr.high.toFixed(4)}`;
    console.log(`${set}  ${LOGS[set]}, ${log.events} clicks  ${name}  ${figures}  ${range}`);
  }
}
