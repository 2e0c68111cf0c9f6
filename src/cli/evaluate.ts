/** `gru4rec evaluate`: how well a saved model predicts the sessions of a file. */
import type { EvaluateOptions } from "../index.js";
import { loadModel } from "../node.js";
import { checkOptions } from "./check.js";
import { type ColumnOptions, readTest } from "./clicks.js";
import { orAborted, warner } from "./errors.js";
import type { Io } from "./io.js";
import { checkTest, measure } from "./measure.js";
import { createReport } from "./output.js";

export interface EvaluateCommand {
  readonly columns: ColumnOptions;
  readonly evaluation: EvaluateOptions;
  readonly json: boolean;
}

/** @throws CommandError, ConfigError, FormatError */
export async function runEvaluate(
  paths: { readonly model: string; readonly test: string },
  command: EvaluateCommand,
  io: Io,
): Promise<void> {
  checkOptions({ evaluation: command.evaluation });
  const report = createReport(io, command.json);
  using model = await orAborted(loadModel(paths.model), io.signal);
  const test = await orAborted(readTest(paths.test, command.columns), io.signal);
  checkTest(test, model, report);
  report.model(model);
  const onWarning = warner(report);
  await measure(model, test, { ...command.evaluation, onWarning, report, signal: io.signal });
}
