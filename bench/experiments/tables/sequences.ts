/** Sequences of users, leave-one-out. */

import type { Experiment, Options, Row } from "../types.js";
import { BEAUTY, ML_1M, SPORTS } from "./published.js";
import { tuned } from "./tunings.js";

const SEEDS = [1, 2, 3];

/** Those that read order or company; `s-pop` repeats what the user had, which lists without it never do. */
const BASELINES: readonly Row[] = [
  { label: "pop", model: "pop", seeds: [] },
  { label: "item-knn", model: "item-knn", seeds: [] },
  { label: "markov", model: "markov", seeds: [] },
  { label: "sr", model: "sr", seeds: [] },
  { label: "v-sknn", model: "v-sknn", seeds: [] },
  { label: "vstan", model: "vstan", seeds: [] },
];

/** Of reviews. Chosen, as those of movies below, on validation data (bench/log.md). */
const REVIEWS: Options = {
  layers: [256],
  windowLength: 50,
  loss: "bpr-max",
  lossAt: "every",
  inBatchNegatives: "none",
  negatives: 1024,
  sampleAlpha: 0.4,
  batchSize: 16,
  momentum: 0.2,
  dropoutEmbedding: 0.5,
  dropoutHidden: 0.45,
  epochs: 7,
};

const BY_HAND: Readonly<Record<"amazon-beauty" | "amazon-sports" | "ml-1m-sequences", Options>> = {
  "amazon-beauty": REVIEWS,
  "amazon-sports": REVIEWS,
  "ml-1m-sequences": {
    layers: [256],
    windowLength: 50,
    lossAt: "every",
    inBatchNegatives: "none",
    batchSize: 8,
    dropoutEmbedding: 0.1,
    epochs: 3,
  },
};

const TOWERS =
  "128 units, cosines, 512 drawn negatives ([all options](../bench/experiments/tables/tunings.ts))";

const rows = (log: keyof typeof BY_HAND, note: string): Row[] => [
  ...BASELINES,
  { label: "GRU4Rec, set by hand", model: "gru4rec", options: BY_HAND[log], seeds: SEEDS, note },
  {
    label: "two towers, the tutorial's",
    model: "two-towers",
    seeds: SEEDS,
    note: "32 units, windows of 10, 3 epochs, batches of 12,800",
  },
  log === "amazon-sports"
    ? tuned("amazon-beauty-towers", SEEDS, `${TOWERS}, as the search on Amazon Beauty found them`)
    : tuned(`${log}-towers`, SEEDS, `${TOWERS}, as a search found them`),
];

const ASKED =
  "The last item of each user is asked for, after all items before it; an item that training does not hold is a miss. It is ranked among all items of the training, and equal scores count against it";

const LEAKS =
  "Leave-one-out leaks through time: what others did after a test item is trained on. These figures compare with others of the same split on the same file, and with nothing else.";
const DAYS =
  "Reviews have days, not hours: those of one day keep the order of the source, which counting of pairs can exploit.";
const WHY =
  "Why others print less for GRU4Rec is not measured here: what TIGER's table prints for it is below counts of pairs (markov).";
const LISTS =
  "Papers seldom say whether items that a user had stay in the lists. Their figures stand beside the lists without them.";

const BY_HAND_HOW =
  "What is set by hand was chosen by some twenty trials on the validation; earlier settings, four of Beauty and one each of Sports and MovieLens, had been measured on a test before, and BPR-max was tried on reviews after the ablation below had shown it ahead on the test ([bench/log.md](../bench/log.md#sequences)).";

const TOWERS_HOW =
  "What the searches of the two towers were over was set after four trials by hand on Beauty's validation ([bench/log.md](../bench/log.md#sequences)).";

const SHARED = {
  measures: ["recall@5", "recall@10", "ndcg@10"],
  lists: ["unseen", "all"],
} as const satisfies Partial<Experiment>;

const BY_HAND_NOTE =
  "256 units, shared embedding, windows of 50, BPR-max at every position over 1,024 drawn negatives, sampleAlpha 0.4, batches of 16, momentum 0.2, dropout 0.5 and 0.45, 7 epochs, all else by default";

const REFIT_ROWS = ["markov", "sr", "GRU4Rec, set by hand"];

/** The same options and one item of each user more: how much of a figure is the protocol. */
const REFIT: Experiment = {
  name: "amazon-beauty-refit",
  title: "Amazon Beauty, the last but one learnt, too",
  log: "amazon-beauty-refit",
  protocol: `What was chosen on the last review but one of each user is learnt anew from all but the last, as before anything is shown to anyone. ${ASKED}.`,
  caveats: [
    "One item more of each user raises every row: no figure of the other table compares with these.",
    LEAKS,
    DAYS,
  ],
  ...SHARED,
  rows: rows("amazon-beauty", BY_HAND_NOTE)
    .filter(({ label }) => REFIT_ROWS.includes(label))
    .map((row) => ({ ...row, seeds: row.seeds.slice(0, 1) })),
  published: [],
};

export const SEQUENCES: readonly Experiment[] = [
  {
    name: "amazon-beauty",
    title: "Amazon Beauty",
    log: "amazon-beauty",
    protocol: `Trained on the reviews of each user without the last two; what is tuned is tuned on the last but one. ${ASKED}.`,
    caveats: [WHY, LEAKS, DAYS, LISTS, BY_HAND_HOW, TOWERS_HOW],
    ...SHARED,
    rows: rows("amazon-beauty", BY_HAND_NOTE),
    published: BEAUTY,
  },
  REFIT,
  {
    name: "amazon-sports",
    title: "Amazon Sports and Outdoors",
    log: "amazon-sports",
    protocol: `Trained on the reviews of each user without the last two; what is tuned is tuned on the last but one. ${ASKED}.`,
    caveats: [WHY, LEAKS, DAYS, LISTS, BY_HAND_HOW, TOWERS_HOW],
    ...SHARED,
    rows: rows("amazon-sports", BY_HAND_NOTE),
    published: SPORTS,
  },
  {
    name: "ml-1m-sequences",
    title: "MovieLens 1M",
    log: "ml-1m-sequences",
    protocol: `Trained on the ratings of each user without the last two; what is tuned is tuned on the last but one. ${ASKED}.`,
    caveats: [
      LEAKS,
      "Ratings are given in sittings, long after the movies were seen: their order is that of a list on the screen as much as of a taste.",
      LISTS,
      BY_HAND_HOW,
      TOWERS_HOW,
    ],
    ...SHARED,
    rows: rows(
      "ml-1m-sequences",
      "256 units, shared embedding, windows of 50, cross-entropy at every position over 2,048 drawn negatives, batches of 8, input dropout 0.1, 3 epochs, all else by default",
    ),
    published: ML_1M,
  },
];
