/** Ratings and titles for `gru4rec movielens`: read, made into examples, split. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  ConfigError,
  type ExampleSplit,
  examplesOf,
  type ItemRecord,
  type MadeExamples,
  splitAtRandom,
  splitAtTime,
  type Title,
} from "../index.js";
import { readRatings, readTitles } from "../node.js";
import { formatCounted } from "./format.js";
import { featureOptions, recordsOf } from "./movielens-features.js";
import type { Report } from "./output.js";

export interface RatingOptions {
  readonly titles?: string;
  readonly minRating?: number;
  readonly minLength?: number;
  readonly split?: string;
  readonly fraction?: number;
  readonly features?: string;
}

/** What titles are called beside the ratings that GroupLens publishes. */
const TITLE_FILES = ["movies.dat", "u.item", "movies.csv", "titles.tsv.gz", "titles.tsv"];

export interface MovieExamples extends ExampleSplit {
  /** Titles by item id; empty where no file tells them. */
  readonly titles: ReadonlyMap<string, string>;
  /** Of the model, as `--features` says. */
  readonly features: ReturnType<typeof featureOptions>;
  readonly records: readonly ItemRecord[];
}

/** @throws FormatError, ConfigError */
export async function readMovies(
  path: string,
  options: RatingOptions & { readonly windowLength?: number; readonly seed?: number },
  report: Report,
): Promise<MovieExamples> {
  const { minRating, minLength, windowLength } = options;
  checkSplit(options);
  const ratings = await readRatings(path);
  const titles = await titlesFor(path, options.titles);
  // The catalogue is all movies, as in the tutorial, and what is rated besides.
  const items = [...new Set([...titles.map(({ id }) => id), ...ratings.items])];
  const examples = examplesOf(ratings, {
    items: items.sort(),
    ...(minRating !== undefined && { minRating }),
    ...(minLength !== undefined && { minLength }),
    ...(windowLength !== undefined && { windowLength }),
  });
  const split = splitOf(examples, options);
  const { users: sessions, skippedUsers, droppedRatings } = examples;
  const counts = { path, sessions, items: items.length };
  const { train, test } = split;
  const dropped = { fileEvents: ratings.length, skippedUsers, droppedRatings };
  report.data({ role: "train", ...counts, events: train.length, ...dropped });
  report.data({ role: "test", ...counts, events: test.length });
  if (skippedUsers > 0) {
    const skipped = formatCounted(skippedUsers, "user");
    report.note(`Skipped ${skipped} with fewer than ${minLength ?? 3} ratings that count.`);
  }
  const features = featureOptions(options.features, train.times);
  const records = recordsOf(titles, features.features);
  const named = new Map(titles.map(({ id, title }) => [id, title]));
  return { ...split, titles: named, features, records };
}

function splitOf(examples: MadeExamples, options: RatingOptions & { seed?: number }): ExampleSplit {
  const { split = "random", fraction, seed } = options;
  const share = fraction === undefined ? {} : { fraction };
  if (split === "time") return splitAtTime(examples, share);
  return splitAtRandom(examples, { ...share, ...(seed !== undefined && { seed }) });
}

/** What is wrong is found before a file is read. */
function checkSplit({ split = "random", fraction = 0.9 }: RatingOptions): void {
  if (split !== "random" && split !== "time") {
    throw new ConfigError("split", '"random" or "time"', split);
  }
  if (fraction > 0 && fraction < 1) return;
  throw new ConfigError("fraction", "a number in (0, 1)", fraction);
}

/** Titles from the file given, else from one with a usual name beside the ratings, else none. */
async function titlesFor(path: string, given: string | undefined): Promise<readonly Title[]> {
  if (given !== undefined) return readTitles(given);
  for (const name of TITLE_FILES) {
    const beside = join(dirname(path), name);
    const found = await stat(beside).catch(() => undefined);
    if (found?.isFile()) return readTitles(beside);
  }
  return [];
}
