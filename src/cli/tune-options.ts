/** Options of `gru4rec tune`. */
import { DATA_OPTIONS } from "./data-options.js";
import type { OptionGroup } from "./option-row.js";

const { test: _, testDays: _days, testSessions: _sessions, ...TUNED_ON } = DATA_OPTIONS;

/** Data without a test, which a search must not see. */
export const TUNE_DATA_OPTIONS: OptionGroup = TUNED_ON;

/** What can be searched for. */
export const TUNED_MODELS: readonly string[] = ["gru4rec", "two-towers"];

/** Apart from the others, because a space has a `model`, too, and errors name its place as it stands. */
export const TUNED_MODEL_OPTION: OptionGroup = {
  model: {
    kind: "text",
    value: "kind",
    help: "gru4rec or two-towers, which needs --space",
    byDefault: "gru4rec",
  },
};

export const TUNE_OPTIONS: OptionGroup = {
  space: {
    kind: "text",
    value: "file",
    help: "what to choose, as JSON",
    byDefault: "the official space of --loss",
  },
  loss: {
    kind: "text",
    value: "name",
    help: "cross-entropy or bpr-max: whose official space",
    byDefault: "cross-entropy",
    conflicts: ["space"],
  },
  trials: { kind: "count", value: "n", help: "trainings in all", byDefault: "50" },
  sampler: { kind: "text", value: "name", help: "tpe or random", byDefault: "tpe" },
  round: {
    kind: "count",
    value: "n",
    help: "trials that do not learn from each other",
    byDefault: "4",
  },
  jobs: {
    kind: "count",
    value: "n",
    help: "trials of a round at once, of a thread each",
    byDefault: "a processor each",
  },
  halving: { kind: "flag", negated: true, help: "let trials that are behind go on to their end" },
  monitor: {
    kind: "text",
    value: "measure",
    help: "what is better: more of recall@n, mrr@n or ndcg@n",
    byDefault: "mrr@20",
  },
  seed: { kind: "number", value: "n", help: "decides what is tried", byDefault: "42" },
  log: {
    kind: "text",
    value: "file",
    help: "keep trials here; the same command goes on from them, whatever ended it",
  },
  html: { kind: "text", value: "file", help: "write what mattered here: plots and tables, a page" },
  output: { kind: "text", value: "file", short: "o", help: "save the best options for --params" },
};
