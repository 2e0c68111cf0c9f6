/** `gru4rec train --model v-sknn`, and of every other baseline: click log in, baseline out. */
import {
  type Baseline,
  type BaselineName,
  evaluate,
  fitBaseline,
  resolveEvaluateOptions,
} from "../index.js";
import { checkData, readClicks } from "./clicks.js";
import { InterruptedError, orAborted } from "./errors.js";
import type { Io } from "./io.js";
import { checkWriting, noteUnsaved, type TrainingCommand } from "./learn.js";
import { checkTests, measure } from "./measure.js";
import { baselineOptions } from "./model-options.js";
import type { Report } from "./output.js";
import { save } from "./targets.js";

export interface BaselineCommand extends TrainingCommand {
  readonly kind: BaselineName;
  /** A file of options by model. */
  readonly modelOptions: string | undefined;
}

/**
 * Checks everything before the work: options, output paths, then the files.
 *
 * @throws CommandError, ConfigError, FormatError
 */
export async function trainBaseline(
  path: string,
  command: BaselineCommand,
  report: Report,
  io: Io,
): Promise<void> {
  const { data, evaluation: given, kind, modelOptions, targets } = command;
  checkData(data, given);
  const options = await baselineOptions(kind, modelOptions, report);
  resolveEvaluateOptions(given);
  await checkWriting(command, [path, data.test, modelOptions]);

  const clicks = await orAborted(readClicks(path, data, report, io.signal), io.signal);
  const { train: sessions, test } = clicks;
  const evaluation = { ...clicks.choices, ...given };
  checkTests({ ...(test && { test }) }, sessions, report, evaluation);
  noteUnsaved(command, report);
  const bar = report.progress("fitting");
  let model: Baseline;
  try {
    const onProgress = (share: number): void =>
      bar.update(share * sessions.events, sessions.events);
    model = await fitBaseline(kind, sessions, { ...options, signal: io.signal, onProgress });
  } catch (error) {
    throw io.signal.aborted ? new InterruptedError() : error;
  } finally {
    bar.finish();
  }
  report.model(model);
  const saved = await save(model, targets);
  try {
    if (!test) return;
    const evaluated = (watch: object) =>
      evaluate(model, test.sessions, { ...evaluation, ...watch });
    await measure(evaluated, report, io.signal);
  } finally {
    for (const { path, bytes } of saved) report.saved(path, bytes);
  }
}
