/** The command line itself: commands, their arguments, and what each runs. */
import { readFileSync } from "node:fs";
import { Command, type HelpConfiguration } from "commander";
import type {
  EvaluateOptions,
  ModelOptions,
  TowerOptions,
  TrainOptions,
  TrainRetrievalOptions,
} from "../index.js";
import type { ColumnOptions, DataOptions } from "./clicks.js";
import { runDemo } from "./demo.js";
import type { CheckpointFlags } from "./epochs.js";
import { runEvaluate } from "./evaluate.js";
import { addOptions, pickOptions } from "./flags.js";
import { type Io, inkFor } from "./io.js";
import { runMovieLens } from "./movielens.js";
import type { RatingOptions } from "./movielens-data.js";
import {
  RATING_OPTIONS,
  RETRIEVAL_EVALUATION,
  TASK_OPTIONS,
  TOWER_OPTIONS,
} from "./movielens-options.js";
import {
  CHECKPOINT_OPTIONS,
  DATA_OPTIONS,
  EVALUATION_OPTIONS,
  JSON_OPTION,
  LEARNING_OPTIONS,
  LOOK_BACK_OPTION,
  MODEL_OPTIONS,
  OUTPUT_OPTIONS,
  RECOMMEND_OPTIONS,
  RUN_OPTIONS,
  TRAIN_OPTIONS,
} from "./options.js";
import { COLUMN_OPTIONS } from "./reading-options.js";
import { runRecommend } from "./recommend.js";
import { runTrain } from "./train.js";
import { ENGINE_OPTIONS, widen } from "./wide.js";

type Given = Readonly<Record<string, unknown>>;

/** The whole command line; `parseAsync` runs it and throws what its command throws. */
export function createProgram(io: Io): Command {
  const program = new Command("gru4rec")
    .description("Session-based recommendation with recurrent neural networks.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp(helpStyle(io))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // The error is thrown, too; main() says it in one sentence.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 100),
      getErrHelpWidth: () => Math.min(io.stderr.columns ?? 100, 100),
      getOutHasColors: () => inkFor(io.stdout, io.env).bold("x") !== "x",
      getErrHasColors: () => inkFor(io.stderr, io.env).bold("x") !== "x",
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      "after",
      "\nStart with the demo, which needs no data:  gru4rec demo" +
        "\nOptions of a command:                      gru4rec train --help",
    );
  const demo = program.command("demo").description("train on a generated shop and recommend");
  const { epochs, threads, numerics } = { ...LEARNING_OPTIONS, ...RUN_OPTIONS };
  const seed = MODEL_OPTIONS.seed;
  addOptions(demo, "Training:", { epochs: { ...epochs, byDefault: "4" }, seed, threads, numerics });
  addOptions(demo, "Engine:", ENGINE_OPTIONS);
  addOptions(demo, "Output:", OUTPUT_OPTIONS);
  demo.action((given: Given) => runDemo(given, io));

  program.hook("preAction", (_, command) => {
    if (command.opts<Given>().wide === true) widen();
  });
  addTrain(program, io);
  addEvaluate(program, io);
  addRecommend(program, io);
  addMovieLens(program, io);
  return program;
}

function addTrain(program: Command, io: Io): void {
  const command = program
    .command("train")
    .description("train a model on a click log")
    .argument("<clicks>", "a table: CSV, JSON or Parquet, packed or not; a path, pattern or -");
  addOptions(command, "Data:", DATA_OPTIONS);
  addOptions(command, "Model:", MODEL_OPTIONS);
  addOptions(command, "Training:", TRAIN_OPTIONS);
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Checkpoints:", CHECKPOINT_OPTIONS);
  addOptions(command, "Evaluation:", EVALUATION_OPTIONS);
  addOptions(command, "Output:", OUTPUT_OPTIONS);
  command.addHelpText(
    "after",
    `
Examples:
  gru4rec train clicks.tsv.gz -o model.safetensors
  gru4rec train clicks.tsv.gz --test-days 1 --cutoffs 5,20 --layers 100 --loss bpr-max
  gru4rec train clicks.tsv.gz --test test.tsv.gz --json > run.jsonl
  gru4rec train clicks.tsv.gz --validation-days 1 --patience 2 --epochs 50 -o best.safetensors
  gru4rec train clicks.tsv.gz --checkpoint run.ck --resume -o model.safetensors

Ctrl-C stops after the running step and saves the model of the last whole epoch. With --checkpoint and
--resume the same command, given again, goes on at that step, to the same bits as if it had not stopped.
Exit codes: 0 done, 1 the work failed, 2 the command line or an input file is wrong, 130 stopped.`,
  );
  command.action((clicks: string, given: Given) =>
    runTrain(
      clicks,
      {
        // The tables say which names these are, the library checks their values.
        data: pickOptions(DATA_OPTIONS, given) as DataOptions,
        model: pickOptions(MODEL_OPTIONS, given) as ModelOptions,
        training: pickOptions(TRAIN_OPTIONS, given) as TrainOptions,
        checkpoint: pickOptions(CHECKPOINT_OPTIONS, given) as CheckpointFlags,
        evaluation: pickOptions(
          { ...EVALUATION_OPTIONS, ...RUN_OPTIONS },
          given,
        ) as EvaluateOptions,
        ...(typeof given.output === "string" && { output: given.output }),
        json: given.json === true,
      },
      io,
    ),
  );
}

function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command("evaluate")
    .description("measure a model on the sessions of a click log")
    .argument("<model>", "a model file of gru4rec")
    .argument("<test>", "a table: CSV, JSON or Parquet, packed or not; a path, pattern or -");
  addOptions(command, "Data:", COLUMN_OPTIONS);
  const evaluation = { ...EVALUATION_OPTIONS, ...LOOK_BACK_OPTION, ...RUN_OPTIONS };
  addOptions(command, "Evaluation:", evaluation);
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText(
    "after",
    "\nExample:\n  gru4rec evaluate model.safetensors test.tsv.gz --cutoffs 1,5,10,20 --lists",
  );
  command.action((model: string, test: string, given: Given) =>
    runEvaluate(
      { model, test },
      {
        columns: pickOptions(COLUMN_OPTIONS, given) as ColumnOptions,
        evaluation: pickOptions(evaluation, given) as EvaluateOptions,
        json: given.json === true,
      },
      io,
    ),
  );
}

function addRecommend(program: Command, io: Io): void {
  const command = program
    .command("recommend")
    .description("recommend the items that follow a visit")
    .argument("<model>", "a model file of gru4rec");
  addOptions(command, "Visit:", RECOMMEND_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText(
    "after",
    "\nExample:\n  gru4rec recommend model.safetensors --items 214,99 --count 5",
  );
  command.action((model: string, given: Given) =>
    runRecommend(
      model,
      {
        items: [],
        ...(pickOptions(RECOMMEND_OPTIONS, given) as object),
        json: given.json === true,
      },
      io,
    ),
  );
}

function addMovieLens(program: Command, io: Io): void {
  const command = program
    .command("movielens")
    .description(
      "the sequential retrieval tutorial of TensorFlow Recommenders, on MovieLens ratings",
    )
    .argument(
      "<ratings>",
      "ratings.dat, u.data, ratings.csv or a table with a header; gzip or not",
    );
  const training = { ...TASK_OPTIONS, ...RUN_OPTIONS };
  addOptions(command, "Data:", RATING_OPTIONS);
  addOptions(command, "Model:", TOWER_OPTIONS);
  addOptions(command, "Training:", training);
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Evaluation:", RETRIEVAL_EVALUATION);
  addOptions(command, "Output:", {
    output: { ...OUTPUT_OPTIONS.output!, help: "save the retrieval index here (.safetensors)" },
    ...JSON_OPTION,
  });
  command.addHelpText(
    "after",
    `
Example:
  gru4rec movielens ml-1m/ratings.dat -o movies.safetensors
Exit codes: 0 done, 1 the work failed, 2 the command line or an input file is wrong, 130 stopped.`,
  );
  command.action((ratings: string, given: Given) =>
    runMovieLens(
      ratings,
      {
        ratings: pickOptions(RATING_OPTIONS, given) as RatingOptions,
        model: pickOptions(TOWER_OPTIONS, given) as TowerOptions,
        training: pickOptions(training, given) as TrainRetrievalOptions,
        evaluation: pickOptions(
          { ...RETRIEVAL_EVALUATION, ...RUN_OPTIONS },
          given,
        ) as EvaluateOptions,
        ...(typeof given.output === "string" && { output: given.output }),
        json: given.json === true,
      },
      io,
    ),
  );
}

function helpStyle(io: Io): HelpConfiguration {
  const ink = inkFor(io.stdout, io.env);
  return {
    styleTitle: (text) => ink.bold(text),
    styleCommandText: (text) => ink.cyan(text),
    styleOptionText: (text) => ink.cyan(text),
    styleSubcommandText: (text) => ink.cyan(text),
    styleArgumentText: (text) => ink.cyan(text),
  };
}

function packageVersion(): string {
  const path = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
