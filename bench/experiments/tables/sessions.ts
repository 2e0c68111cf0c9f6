/** Sessions of click logs, split by time. */

import { published } from "../options.js";
import type { Experiment, Options, Row } from "../types.js";
import { DIGINETICA, RSC15, YOOCHOOSE } from "./published.js";
import { tuned } from "./tunings.js";

const SEEDS = [42];
const TUNED_SEEDS = [42, 43, 44];

export const BASELINES: readonly Row[] = [
  { label: "random", model: "random", seeds: SEEDS },
  { label: "pop", model: "pop", seeds: [] },
  { label: "s-pop", model: "s-pop", seeds: [] },
  { label: "item-knn", model: "item-knn", seeds: [] },
  { label: "bpr-mf", model: "bpr-mf", seeds: SEEDS },
  { label: "markov", model: "markov", seeds: [] },
  { label: "ar", model: "ar", seeds: [] },
  { label: "sr", model: "sr", seeds: [] },
  { label: "v-sknn", model: "v-sknn", seeds: [] },
  { label: "stan", model: "stan", seeds: [] },
  { label: "vstan", model: "vstan", seeds: [] },
];

/** The setting of the 2015 paper, with its parameters for RSC15. */
const PAPER: Options = { embedding: "one-hot", negatives: 0, batchSize: 50 };

/**
 * @param quick on a log so large that ten epochs take hours
 * @param sets published parameter sets by the names that they have there
 */
function networks(quick: Options, sets: Readonly<Record<string, Options>>): Row[] {
  const gru4rec = (label: string, options: Options, note?: string): Row => ({
    label: `GRU4Rec, ${label}`,
    model: "gru4rec",
    options: { ...quick, ...options },
    seeds: SEEDS,
    ...(note !== undefined && { note }),
  });
  return [
    gru4rec("cross-entropy", {}, Object.keys(quick).length === 0 ? "the defaults" : undefined),
    gru4rec("LSTM", { cell: "lstm" }),
    gru4rec("RNN", { cell: "rnn" }),
    gru4rec("TOP1", { loss: "top1" }),
    gru4rec("BPR", { loss: "bpr" }),
    gru4rec("TOP1-max", { loss: "top1-max" }),
    gru4rec("BPR-max", { loss: "bpr-max" }),
    gru4rec(
      "BPR-max, its own rate",
      {
        loss: "bpr-max",
        dropoutEmbedding: 0.4,
        dropoutHidden: 0,
        eluParam: 1,
        learningRate: 0.05,
        momentum: 0.3,
        sampleAlpha: 0.3,
      },
      "chosen on validation data of five logs ([bench/README.md](../bench/README.md#defaults))",
    ),
    gru4rec(
      "TOP1 of 2015",
      { ...PAPER, loss: "top1", dropoutHidden: 0.5, learningRate: 0.01 },
      "one-hot input, no samples, the paper's parameters for its larger log",
    ),
    gru4rec(
      "BPR of 2015",
      { ...PAPER, loss: "bpr", dropoutHidden: 0.2, learningRate: 0.05, momentum: 0.2 },
      "the same",
    ),
    ...Object.entries(sets).map(([name, options]) =>
      gru4rec(`published set ${name}`, options, "[parameters](parameters.md)"),
    ),
  ];
}

const ASKED =
  "Every click but a session's first is asked for, after all clicks before it; clicks of items that training does not hold are left out. It is ranked among all items of the training, and equal scores count for it";

const SHARED = {
  measures: ["recall@5", "recall@20", "mrr@20", "ndcg@20"],
  lists: ["all"],
} as const satisfies Partial<Experiment>;

/** A quarter of the negatives of the defaults: on YooChoose nearly the same figures (bench/log.md, "Minutes"). */
const QUICK: Options = { negatives: 512 };

const RATES =
  "TOP1, TOP1-max, BPR and BPR-max have the learning rate and the dropout that were chosen for cross-entropy, unless the row says otherwise: they show what the loss alone changes, not the best that it can reach.";

const WHY =
  'Why others print less for GRU4Rec is not measured here. "TOP1 of 2015" is the setting of the first paper; cross-entropy and the max losses over drawn negatives came in 2018. [Hidasi & Czapp 2023](https://arxiv.org/abs/2307.14956) found that the implementations that are commonly used differ from the papers.';

export const SESSIONS: readonly Experiment[] = [
  {
    name: "yoochoose1_64",
    title: "YooChoose 1/64",
    log: "yoochoose1_64",
    protocol: `Trained on the most recent 1/64 of the clicks of the RecSys Challenge 2015, tested on the last day. ${ASKED}.`,
    caveats: [
      WHY,
      RATES,
      "Published figures are of preparations that differ a little (16,766 or 17,376 items), and so compare within a percent or two at best.",
    ],
    ...SHARED,
    rows: [
      ...BASELINES,
      ...networks({}, { rsc15: published("rsc15") }),
      tuned("yoochoose1_64", TUNED_SEEDS),
    ],
    published: YOOCHOOSE,
  },
  {
    name: "rsc15_100k",
    title: "RSC15, its first week",
    log: "rsc15_100k",
    protocol: `Trained on clicks of the RecSys Challenge 2015 from 1 to 7 April 2014, tested on the 24 hours after them. ${ASKED}.`,
    caveats: [RATES, "The published figures are of the whole log, 450 times as large."],
    ...SHARED,
    rows: [
      ...BASELINES,
      ...networks({}, { rsc15: published("rsc15") }),
      tuned("rsc15_100k", TUNED_SEEDS),
    ],
    published: RSC15,
  },
  {
    name: "diginetica",
    title: "Diginetica",
    log: "diginetica",
    protocol: `Trained on the views of the CIKM Cup 2016, tested on the last week. ${ASKED}.`,
    caveats: [
      WHY,
      "By MRR@20 the nearest sessions (v-sknn, stan, vstan) are above every network here.",
      RATES,
      "GRU4Rec, where it is not tuned or a published set, learns for five epochs over 512 negatives instead of ten over 2,048.",
    ],
    ...SHARED,
    rows: [
      ...BASELINES,
      ...networks({ ...QUICK, epochs: 5 }, { diginetica: published("diginetica") }),
      tuned("diginetica", TUNED_SEEDS),
    ],
    published: DIGINETICA,
  },
  {
    name: "globo",
    title: "Globo.com, news",
    log: "globo",
    protocol: `Trained on the clicks of Globo.com from 1 to 15 October 2017, tested on the sessions from 16 October. ${ASKED}.`,
    caveats: [
      RATES,
      "News of the test days that nobody clicked before are left out: no model that knows ids alone can recommend them.",
      "Sessions that began before 16 October and went on after it are in neither part. Were these 161 in the training, it would know articles of the test days: more clicks could be asked for, and figures would be higher.",
      "GRU4Rec, where it is not tuned, learns for two epochs over 512 negatives instead of ten over 2,048.",
    ],
    ...SHARED,
    rows: [...BASELINES, ...networks({ ...QUICK, epochs: 2 }, {}), tuned("globo", TUNED_SEEDS)],
    published: [],
  },
];
