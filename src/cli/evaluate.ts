/** `gru4rec evaluate`: how well a saved model predicts the sessions of a file. */
import type { Command } from "commander";
import { type EvaluateOptions, evaluate, resolveEvaluateOptions } from "../index.js";
import { loadModel } from "../node.js";
import { type ColumnOptions, filtered, readTest } from "./clicks.js";
import { REPEAT_OPTIONS } from "./data-options.js";
import { orAborted } from "./errors.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import { checkTest, measure } from "./measure.js";
import {
  CASE_OPTIONS,
  EVALUATION_OPTIONS,
  JSON_OPTION,
  LOOK_BACK_OPTION,
  RUN_OPTIONS,
} from "./options.js";
import { createReport } from "./output.js";
import { COLUMN_OPTIONS } from "./reading-options.js";
import { ENGINE_OPTIONS } from "./wide.js";

const MEASURING = {
  ...{ ...EVALUATION_OPTIONS, ...CASE_OPTIONS },
  ...{ ...LOOK_BACK_OPTION, ...RUN_OPTIONS },
};

export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command("evaluate")
    .description("measure a model on the sessions of a click log")
    .argument(
      "<model>",
      "what train or movielens wrote: a model, two towers, an index or a baseline",
    )
    .argument("<test>", "a table: CSV, JSON or Parquet, packed or not; a path, pattern or -");
  addOptions(command, "Data:", { ...COLUMN_OPTIONS, ...REPEAT_OPTIONS });
  addOptions(command, "Evaluation:", MEASURING);
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText(
    "after",
    "\nExample:\n  gru4rec evaluate model.safetensors test.tsv.gz --cutoffs 1,5,10,20 --lists",
  );
  command.action((model: string, test: string, given: Given) =>
    runEvaluate({ model, test }, given, io),
  );
}

/** @throws CommandError, ConfigError, FormatError */
async function runEvaluate(
  paths: { readonly model: string; readonly test: string },
  given: Given,
  io: Io,
): Promise<void> {
  const evaluation = pickOptions(MEASURING, given) as EvaluateOptions;
  const columns = pickOptions(COLUMN_OPTIONS, given) as ColumnOptions;
  resolveEvaluateOptions(evaluation);
  const report = createReport(io, given.json === true);
  using model = await orAborted(loadModel(paths.model, "any"), io.signal);
  const file = await orAborted(readTest(paths.test, columns, report, io.signal), io.signal);
  const sessions = filtered(file.sessions, pickOptions(REPEAT_OPTIONS, given));
  const test = { ...file, sessions, leftOut: sessions.leftOut };
  checkTest(test, model, report, evaluation);
  report.model(model);
  const evaluated = (watch: EvaluateOptions) =>
    evaluate(model, test.sessions, { ...evaluation, ...watch });
  await measure(evaluated, report, io.signal);
}
