/**
 * `gru4rec movielens`: the tutorial "retrieval using a sequential model" of TensorFlow Recommenders on
 * a ratings file: `train --model two-towers --ratings` with the tutorial's measures, and then a few
 * recommendations with titles.
 */
import type { Command } from "commander";
import type { TwoTowers } from "../index.js";
import { addOptions, type Given } from "./flags.js";
import type { Io } from "./io.js";
import {
  CHECKPOINT_OPTIONS,
  COURSE_OPTIONS,
  EVALUATION_OPTIONS,
  JSON_OPTION,
  OUTPUT_OPTIONS,
} from "./options.js";
import { createReport, type Report } from "./output.js";
import { RATING_OPTIONS } from "./rating-options.js";
import type { RatedExamples } from "./ratings.js";
import { targetsOf } from "./targets.js";
import { FEATURE_OPTIONS, TASK_OPTIONS, TOWER_OPTIONS } from "./tower-options.js";
import { towersCommand } from "./train.js";
import { trainTowers } from "./train-towers.js";
import { ENGINE_OPTIONS } from "./wide.js";

/** Users shown, and how many titles each. */
const SHOWN = 3;
const TITLES = 5;
/** The tutorial's. */
const CUTOFFS = [1, 5, 10, 50, 100];

export function addMovieLens(program: Command, io: Io): void {
  const command = program
    .command("movielens")
    .description(
      "the sequential retrieval tutorial of TensorFlow Recommenders, on MovieLens ratings",
    )
    .argument(
      "<ratings>",
      "ratings.dat, u.data, ratings.csv or a table with a header; gzip or not",
    );
  const { cutoffs, ...measures } = EVALUATION_OPTIONS;
  const evaluation = { cutoffs: { ...cutoffs!, byDefault: CUTOFFS.join(",") }, ...measures };
  const output = {
    ...OUTPUT_OPTIONS.output!,
    help: "save the retrieval index here (.safetensors)",
  };
  addOptions(command, "Data:", RATING_OPTIONS);
  addOptions(command, "Model:", { ...TOWER_OPTIONS, ...FEATURE_OPTIONS });
  addOptions(command, "Training:", { ...TASK_OPTIONS, ...COURSE_OPTIONS });
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Checkpoints:", CHECKPOINT_OPTIONS);
  addOptions(command, "Evaluation:", evaluation);
  addOptions(command, "Output:", { output, ...JSON_OPTION });
  command.addHelpText(
    "after",
    `
Example:
  gru4rec movielens ml-1m/ratings.dat -o movies.safetensors
\`train --model two-towers --ratings\` saves the towers themselves, too.
Exit codes: 0 done, 1 the work failed, 2 the command line or an input file is wrong, 130 stopped.`,
  );
  command.action((ratings: string, given: Given) => runMovieLens(ratings, given, io));
}

/** @throws CommandError, ConfigError, FormatError */
async function runMovieLens(path: string, given: Given, io: Io): Promise<void> {
  const command = towersCommand({ cutoffs: CUTOFFS, ...given, ratings: true });
  const report = createReport(io, command.json);
  const targets = targetsOf({ "--output": ["index", given.output] });
  await trainTowers(path, { ...command, targets }, report, io, (model, rated) =>
    show(model, rated, report),
  );
}

async function show(
  model: TwoTowers,
  { test, titles }: RatedExamples,
  report: Report,
): Promise<void> {
  using index = await model.index();
  const byId = new Map(titles.map(({ id, title }) => [id, title]));
  const named = (itemId: unknown): string => byId.get(String(itemId)) ?? `item ${itemId}`;
  const hasTime = model.options.timeBoundaries.length > 0;
  for (let n = 0; n < Math.min(SHOWN, test.length); ++n) {
    const context = test.contexts.subarray(n * test.windowLength, (n + 1) * test.windowLength);
    const itemIds = [...context.filter((item) => item >= 0)].map((item) => test.items.idOf(item));
    const list = index.recommend(itemIds, {
      count: TITLES,
      exclude: itemIds,
      ...(hasTime && { time: test.times[n]! }),
    });
    report.titles(
      itemIds.map((itemId) => ({ itemId, title: named(itemId) })),
      list.map((found) => ({ ...found, title: named(found.itemId) })),
    );
  }
}
