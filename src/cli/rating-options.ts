/** Options for ratings: how they are read, what examples are made of them, and how these are split. */
import type { RatingOptions } from "../index.js";
import type { OptionGroup } from "./option-row.js";
import { COLUMN_OPTIONS } from "./reading-options.js";

/** Options of reading that ratings and clicks share. */
const READING: readonly Exclude<
  keyof RatingOptions,
  "name" | "ratingColumn" | "signal" | "onProgress"
>[] = ["userColumn", "itemColumn", "timeColumn", "timeUnit", "delimiter", "strict", "skipBadRows"];
export const RATING_READING: OptionGroup = {
  ...Object.fromEntries(READING.map((name) => [name, COLUMN_OPTIONS[name]!])),
  ratingColumn: { kind: "text", value: "column", help: "the ratings", byDefault: "found" },
};

/** How `gru4rec movielens`, or `train` with `--ratings`, reads and splits ratings. */
export const RATING_OPTIONS: OptionGroup = {
  ...RATING_READING,
  titles: {
    kind: "text",
    value: "file",
    help: "movies.dat, u.item, movies.csv or a table of items and titles",
    byDefault: "looked for beside",
  },
  minRating: { kind: "number", value: "x", help: "drop lower ratings", byDefault: "2" },
  minLength: { kind: "number", value: "n", help: "skip users with fewer ratings", byDefault: "3" },
  split: {
    kind: "text",
    value: "how",
    help: "random, as the tutorial, or time: test on what came last",
    byDefault: "random",
  },
  fraction: { kind: "number", value: "x", help: "share to train on", byDefault: "0.9" },
  validationFraction: {
    kind: "number",
    value: "x",
    help: "share of these to keep the best epoch by; not trained on",
    byDefault: "none",
  },
};
