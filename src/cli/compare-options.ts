/** Options of `compare`, beside those of reading, splitting and measuring. */
import type { OptionGroup } from "./option-row.js";

export const COMPARED_OPTIONS: OptionGroup = {
  models: {
    kind: "text",
    value: "name,…",
    help:
      "random, pop, s-pop, item-knn, bpr-mf, markov, ar, sr, v-sknn, stan, vstan, gru4rec, two-towers; " +
      "or name:label; or the path of a saved model",
    byDefault: "all but two-towers and saved ones",
  },
  modelOptions: {
    kind: "text",
    value: "file",
    help: 'their options, in JSON: { "v-sknn": { "k": 100 }, "gru4rec": { "epochs": 5 } }',
  },
};

/** How many models run at once. */
export const JOBS_OPTION: OptionGroup = {
  jobs: {
    kind: "count",
    value: "n",
    help: "fit and measure n models side by side; leaves out times, which would mean nothing",
    byDefault: "1, with all threads",
  },
};

export const DOUBT_OPTIONS: OptionGroup = {
  samples: {
    kind: "count",
    value: "n",
    help: "draws of the bootstrap over sessions",
    byDefault: "1000",
  },
  seed: { kind: "number", value: "n", help: "of these draws", byDefault: "0" },
  allowLeak: {
    kind: "flag",
    help: "compare although more than 1 % of the test is before the end of training",
  },
};

export const COMPARISON_FILES: OptionGroup = {
  markdown: { kind: "text", value: "file", help: "write the table as Markdown" },
  csv: { kind: "text", value: "file", help: "write all figures as CSV, with their intervals" },
  html: { kind: "text", value: "file", help: "write a report with plots, one page of its own" },
  perSession: {
    kind: "text",
    value: "file",
    help: "write the rank of each test event by each model as CSV, for tests of your own",
  },
};
