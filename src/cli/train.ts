/** `gru4rec train`: trains a model on data, and measures it if there are data to measure on. */
import type { Command } from "commander";
import {
  ConfigError,
  type EvaluateOptions,
  type ModelOptions,
  type TowerOptions,
} from "../index.js";
import type { DataOptions } from "./clicks.js";
import { DATA_OPTIONS } from "./data-options.js";
import type { CheckpointFlags } from "./epochs.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import type { TrainingCommand } from "./learn.js";
import {
  CASE_OPTIONS,
  CHECKPOINT_OPTIONS,
  COURSE_OPTIONS,
  EVALUATION_OPTIONS,
  JSON_OPTION,
  MODEL_OPTIONS,
  OUTPUT_OPTIONS,
  RUN_OPTIONS,
  TRAIN_OPTIONS,
} from "./options.js";
import { createReport } from "./output.js";
import { PARAMS_OPTION } from "./parameter-options.js";
import { withParameters } from "./parameters.js";
import { RATING_OPTIONS } from "./rating-options.js";
import type { RatingOptions } from "./ratings.js";
import { targetsOf } from "./targets.js";
import { FEATURE_OPTIONS, RECORD_READING, TASK_OPTIONS, TOWER_OPTIONS } from "./tower-options.js";
import { trainBaseline } from "./train-baseline.js";
import { type Gru4recCommand, trainGru4rec } from "./train-gru4rec.js";
import {
  BASELINE_OPTIONS,
  GRU4REC_ONLY,
  INDEX_OPTION,
  isBaseline,
  KIND_OPTION,
  MODELS,
  RATINGS_ONLY,
  RATINGS_OPTION,
  refuseForeign,
  SHARED_LEARNING_OPTIONS,
  SHARED_MODEL_OPTIONS,
  TOWERS_ONLY,
} from "./train-options.js";
import { type TowersCommand, trainTowers } from "./train-towers.js";
import { ENGINE_OPTIONS } from "./wide.js";

export function addTrain(program: Command, io: Io): void {
  const command = program
    .command("train")
    .description("train a model or fit a baseline on a click log, or two towers on ratings")
    .argument("<clicks>", "a table: CSV, JSON or Parquet, packed or not; a path, pattern or -");
  addOptions(command, "Data:", DATA_OPTIONS);
  addOptions(command, "Ratings, with --model two-towers:", { ...RATINGS_OPTION, ...RATINGS_ONLY });
  addOptions(command, "Model:", { ...KIND_OPTION, ...PARAMS_OPTION, ...SHARED_MODEL_OPTIONS });
  addOptions(command, "Training:", { ...SHARED_LEARNING_OPTIONS, ...COURSE_OPTIONS });
  addOptions(command, "Only with --model gru4rec:", GRU4REC_ONLY);
  addOptions(command, "Only with --model two-towers:", TOWERS_ONLY);
  addOptions(command, "Only with a baseline:", BASELINE_OPTIONS);
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Checkpoints:", CHECKPOINT_OPTIONS);
  addOptions(command, "Evaluation:", { ...EVALUATION_OPTIONS, ...CASE_OPTIONS });
  addOptions(command, "Output:", {
    output: OUTPUT_OPTIONS.output!,
    ...INDEX_OPTION,
    ...JSON_OPTION,
  });
  command.addHelpText("after", EXAMPLES);
  command.action((path: string, given: Given) => runTrain(path, given, io));
}

const EXAMPLES = `
Examples:
  gru4rec train clicks.tsv.gz -o model.safetensors
  gru4rec train clicks.tsv.gz --test-days 1 --cutoffs 5,20 --layers 100 --loss bpr-max
  gru4rec train clicks.tsv.gz --test test.tsv.gz --json > run.jsonl
  gru4rec train clicks.tsv.gz --validation-days 1 --patience 2 --epochs 50 -o best.safetensors
  gru4rec train clicks.tsv.gz --params diginetica --epochs 5 -o model.safetensors
  gru4rec train users.txt --format sequences --split leave-one-out --cutoffs 10
  gru4rec train clicks.tsv.gz --checkpoint run.ck --resume -o model.safetensors
  gru4rec train clicks.tsv.gz --model two-towers -o towers.safetensors --index index.safetensors
  gru4rec train clicks.tsv.gz --model v-sknn --test-days 1 -o knn.safetensors
  gru4rec train ratings.dat --model two-towers --ratings --index movies.safetensors

Two towers learn from the same click logs, an example for every click but a session's first, or from
ratings. --output saves the towers, to train on and to measure; --index saves what is left of them to
recommend: the query tower and a vector for each item. \`evaluate\` and \`recommend\` open either.

Ctrl-C stops after the running step and saves the model of the last whole epoch. With --checkpoint and
--resume the same command, given again, goes on at that step, to the same bits as if it had not stopped.
Exit codes: 0 done, 1 the work failed, 2 the command line or an input file is wrong, 130 stopped.`;

/** @throws CommandError, ConfigError, FormatError */
async function runTrain(path: string, given: Given, io: Io): Promise<void> {
  const { model = "gru4rec" } = given;
  if (!MODELS.includes(String(model))) {
    throw new ConfigError("--model", MODELS.map((kind) => `"${kind}"`).join(", "), model);
  }
  refuseForeign(given);
  const report = createReport(io, given.json === true);
  if (isBaseline(model)) {
    const { modelOptions } = given as { readonly modelOptions?: string };
    await trainBaseline(path, { ...commonOf(given), kind: model, modelOptions }, report, io);
    return;
  }
  const all = await withParameters(given, report);
  if (model === "two-towers") await trainTowers(path, towersCommand(all), report, io);
  else await trainGru4rec(path, gru4recCommand(all), report, io);
}

/** The tables have the names of all options; the library checks their values. */
function commonOf(given: Given): TrainingCommand {
  return {
    data: pickOptions(DATA_OPTIONS, given) as DataOptions,
    checkpoint: pickOptions(CHECKPOINT_OPTIONS, given) as CheckpointFlags,
    evaluation: pickOptions(
      { ...EVALUATION_OPTIONS, ...CASE_OPTIONS, ...RUN_OPTIONS },
      given,
    ) as EvaluateOptions,
    targets: targetsOf({ "--output": ["model", given.output], "--index": ["index", given.index] }),
    json: given.json === true,
  };
}

function gru4recCommand(given: Given): Gru4recCommand {
  return {
    ...commonOf(given),
    model: pickOptions(MODEL_OPTIONS, given) as ModelOptions,
    training: pickOptions(TRAIN_OPTIONS, given) as Gru4recCommand["training"],
  };
}

export function towersCommand(given: Given): TowersCommand {
  return {
    ...commonOf(given),
    model: pickOptions(TOWER_OPTIONS, given) as TowerOptions,
    training: pickOptions(
      { ...TASK_OPTIONS, ...COURSE_OPTIONS },
      given,
    ) as TowersCommand["training"],
    features: {
      ...pickOptions(FEATURE_OPTIONS, given),
      reading: pickOptions(RECORD_READING, given),
    },
    ...(given.ratings === true && { ratings: pickOptions(RATING_OPTIONS, given) as RatingOptions }),
  };
}
