/** What each thing brings: rows that differ from one in one thing. */

import type { Experiment, Options, Row } from "../types.js";
import { SEQUENCES } from "./sequences.js";
import { SESSIONS } from "./sessions.js";

const BASE = "base";

interface Change {
  readonly group: string;
  readonly label: string;
  readonly options: Options;
}

const change = (group: string, label: string, options: Options): Change => ({
  group,
  label,
  options,
});

/** TOP1 is not to be had without the other targets. */
const LOSSES = [
  change("loss", "top1", { loss: "top1", inBatchNegatives: "all" }),
  ...["bpr", "top1-max", "bpr-max"].map((loss) => change("loss", loss, { loss })),
];

const EVERYWHERE: readonly Change[] = [
  ...LOSSES,
  change("negatives", "128", { negatives: 128 }),
  change("negatives", "2,048", { negatives: 2048 }),
  change("kind of negatives", "uniform", { sampleAlpha: 0 }),
  change("kind of negatives", "as popular", { sampleAlpha: 1 }),
  change("logQ", "0", { logQ: 0 }),
  change("logQ", "0.5", { logQ: 0.5 }),
  change("embedding", "separate", { embedding: "separate" }),
  change("dropout", "none", { dropoutEmbedding: 0, dropoutHidden: 0 }),
  change("cell", "RNN", { cell: "rnn" }),
  change("cell", "LSTM", { cell: "lstm" }),
  change("cell", "reset after", { resetAfter: true }),
];

const DRAWN_ONLY = change("kind of negatives", "drawn only", { inBatchNegatives: "none" });
const OTHER_TARGETS = change("kind of negatives", "other targets, too", {
  inBatchNegatives: "all",
});

const units = (...sizes: number[]): Change[] =>
  sizes.map((size) => change("units", String(size), { layers: [size] }));

/** Those of one group side by side, groups in the order in which they come first. */
function grouped(changes: readonly Change[]): readonly Change[] {
  const groups = [...new Set(changes.map(({ group }) => group))];
  return groups.flatMap((group) => changes.filter((each) => each.group === group));
}

/** Of windows and their loss at every position: small enough that all rows of a log take an hour. */
const QUICK_WINDOWS: Options = {
  layers: [128],
  negatives: 512,
  windowLength: 50,
  lossAt: "every",
  inBatchNegatives: "none",
};

/** Windows have half the learning rate by default; here all rows have that of the base. */
const windows = (lengths: readonly number[], learningRate: number): Change[] =>
  lengths.map((windowLength) =>
    change("window", String(windowLength), { windowLength, learningRate }),
  );

const ACROSS: readonly {
  readonly experiment: Experiment;
  readonly options: Options;
  readonly seed: number;
  readonly changes: readonly Change[];
}[] = [
  {
    experiment: SESSIONS[0]!,
    options: { negatives: 512, epochs: 5 },
    seed: 42,
    changes: [
      ...EVERYWHERE,
      DRAWN_ONLY,
      change("embedding", "one-hot", { embedding: "one-hot" }),
      ...units(50, 200),
      ...windows([10], 0.1),
      change("window", "10, every position", {
        windowLength: 10,
        lossAt: "every",
        learningRate: 0.1,
      }),
    ],
  },
  {
    experiment: SEQUENCES.find(({ name }) => name === "amazon-beauty")!,
    options: {
      ...QUICK_WINDOWS,
      batchSize: 16,
      dropoutEmbedding: 0.4,
      dropoutHidden: 0.2,
      epochs: 10,
    },
    seed: 1,
    changes: [
      ...EVERYWHERE,
      OTHER_TARGETS,
      ...units(64, 256),
      ...windows([10], 0.05),
      change("window", "10, the last position", {
        windowLength: 10,
        lossAt: "last",
        learningRate: 0.05,
      }),
      change("window", "carried state", { windowLength: 0, lossAt: "last", learningRate: 0.05 }),
    ],
  },
  {
    experiment: SEQUENCES.find(({ name }) => name === "ml-1m-sequences")!,
    options: { ...QUICK_WINDOWS, batchSize: 16, dropoutEmbedding: 0.1, epochs: 2 },
    seed: 1,
    changes: [
      ...EVERYWHERE,
      OTHER_TARGETS,
      ...units(64, 256),
      ...windows([10, 20], 0.05),
      change("window", "10, the last position", {
        windowLength: 10,
        lossAt: "last",
        learningRate: 0.05,
      }),
      change("window", "carried state", { windowLength: 0, lossAt: "last", learningRate: 0.05 }),
    ],
  },
];

export const ABLATIONS: readonly Experiment[] = ACROSS.map(
  ({ experiment, options, seed, changes }) => {
    const { name, title, log, protocol, measures, lists } = experiment;
    const isByTime = lists[0] === "all";
    const row = (label: string, more: Options, group?: string): Row => ({
      label,
      model: "gru4rec",
      options: { ...options, ...more },
      seeds: [seed],
      ...(group !== undefined && { group }),
    });
    return {
      name: `ablation-${name}`,
      title,
      log,
      protocol: `As in the table of ${title}: ${protocol.charAt(0).toLowerCase()}${protocol.slice(1)}`,
      caveats: [
        "One seed: differences of a percent may be chance.",
        ...(options.inBatchNegatives === "none"
          ? ["TOP1 is compared with the other targets, too, which it needs: two things change."]
          : []),
        "Every row keeps the learning rate, the dropout and the epochs of the base: what needs others, as losses and sizes do, can reach more than it shows here. Few epochs favour what learns fast, as a network without dropout does.",
      ],
      measures,
      lists: [lists[0]!],
      rows: [
        row(BASE, {}),
        ...grouped(changes).map((each) =>
          row(`${each.group} ${each.label}`, each.options, each.group),
        ),
      ],
      published: [],
      ablation: { base: BASE, measure: isByTime ? "mrr@20" : "ndcg@10" },
    };
  },
);
