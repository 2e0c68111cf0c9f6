/** Ratings and titles: read, made into examples, split, reported. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  ConfigError,
  type ExampleSplit,
  type Examples,
  examplesOf,
  type RatingOptions as ReadOptions,
  splitAtRandom,
  splitAtTime,
  type Title,
} from "../index.js";
import { readRatings, readTitles } from "../node.js";
import { pickOptions } from "./flags.js";
import { formatCounted } from "./format.js";
import type { Report } from "./output.js";
import { RATING_READING } from "./rating-options.js";
import { followed } from "./reading.js";

export interface RatingOptions extends Omit<ReadOptions, "name"> {
  readonly titles?: string;
  readonly minRating?: number;
  readonly minLength?: number;
  readonly split?: string;
  readonly fraction?: number;
  readonly validationFraction?: number;
}

/** Names of the files of titles that GroupLens publishes beside its ratings. */
const TITLE_FILES = ["movies.dat", "u.item", "movies.csv", "titles.tsv.gz", "titles.tsv"];

export interface RatedExamples extends ExampleSplit {
  readonly validation?: Examples;
  /** Empty without a file of titles. */
  readonly titles: readonly Title[];
}

/** @throws FormatError, ConfigError */
export async function readRated(
  path: string,
  options: RatingOptions & { readonly windowLength?: number; readonly seed?: number },
  report: Report,
  signal: AbortSignal,
): Promise<RatedExamples> {
  const { titles: file, minRating, minLength, windowLength } = options;
  const reading = pickOptions(RATING_READING, { ...options });
  const ratings = await followed(report, signal, (following) =>
    readRatings(path, { ...reading, ...following }),
  );
  const titles = await titlesFor(path, file);
  // The catalogue is all movies, as in the tutorial, then other items that are rated.
  const items = [...new Set([...titles.map(({ id }) => id), ...ratings.items])];
  const examples = examplesOf(ratings, {
    items: items.sort(),
    ...(minRating !== undefined && { minRating }),
    ...(minLength !== undefined && { minLength }),
    ...(windowLength !== undefined && { windowLength }),
  });
  const parts = partsOf(examples, options);
  const { users: sessions, skippedUsers, droppedRatings } = examples;
  const counts = { path, sessions, items: items.length };
  const dropped = { fileEvents: ratings.length, skippedUsers, droppedRatings };
  report.data({ role: "train", ...counts, events: parts.train.length, ...dropped });
  for (const role of ["validation", "test"] as const) {
    if (parts[role]) report.data({ role, ...counts, events: parts[role].length });
  }
  if (skippedUsers > 0) {
    const skipped = formatCounted(skippedUsers, "user");
    report.note(`Skipped ${skipped} with fewer than ${minLength ?? 3} ratings that count.`);
  }
  return { ...parts, titles };
}

type Parts = ExampleSplit & { readonly validation?: Examples };

/** Splits off the test first, then the validation from the rest, in the same way. */
function partsOf(examples: Examples, options: RatingOptions & { seed?: number }): Parts {
  const { split = "random", fraction, validationFraction: held, seed } = options;
  const cut = (whole: Examples, share: number | undefined): ExampleSplit => {
    const how = share === undefined ? {} : { fraction: share };
    if (split === "time") return splitAtTime(whole, how);
    return splitAtRandom(whole, { ...how, ...(seed !== undefined && { seed }) });
  };
  const { train: rest, test } = cut(examples, fraction);
  if (held === undefined) return { train: rest, test };
  const { train, test: validation } = cut(rest, 1 - held);
  return { train, validation, test };
}

/** Checks the options before a file is read. */
export function checkRatings({ split = "random", ...options }: RatingOptions): void {
  if (split !== "random" && split !== "time") {
    throw new ConfigError("split", '"random" or "time"', split);
  }
  for (const name of ["fraction", "validationFraction"] as const) {
    const value = options[name] ?? 0.5;
    if (!(value > 0 && value < 1)) throw new ConfigError(name, "a number in (0, 1)", value);
  }
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
