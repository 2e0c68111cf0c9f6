/** `gru4rec train`, of a GRU4Rec: click log in, model out. */
import {
  type EvaluateOptions,
  estimateMemory,
  evaluate,
  GRU4Rec,
  type ModelOptions,
  resolveEvaluateOptions,
  type TrainOptions,
} from "../index.js";
import { train } from "../node.js";
import { checkGru4rec } from "./check-options.js";
import { checkData, readClicks, validationOf } from "./clicks.js";
import type { Watch } from "./epochs.js";
import { orAborted } from "./errors.js";
import type { Io } from "./io.js";
import { checkWriting, learn, noteUnsaved, type TrainingCommand } from "./learn.js";
import { checkTests, measure } from "./measure.js";
import type { Report } from "./output.js";
import { chosenIn } from "./splits.js";

export interface Gru4recCommand extends TrainingCommand {
  readonly model: ModelOptions;
  readonly training: Omit<TrainOptions, "checkpoint">;
}

/**
 * Checks everything before the first step: options, output paths, then the files.
 *
 * @throws CommandError, ConfigError, FormatError
 */
export async function trainGru4rec(
  path: string,
  command: Gru4recCommand,
  report: Report,
  io: Io,
): Promise<void> {
  const { data, evaluation: given } = command;
  checkData(data, given);
  const isValidated = validationOf(data) !== undefined;
  const epochs = checkGru4rec(command.model, { training: command.training, isValidated });
  resolveEvaluateOptions(given);
  await checkWriting(command, [path, data.test, data.validation]);

  const clicks = await orAborted(readClicks(path, data, report, io.signal), io.signal);
  const { train: sessions, test, validation } = clicks;
  const evaluation = { ...clicks.choices, ...given };
  using model = await GRU4Rec.create(sessions.items, command.model);
  checkTests(clicks, model, report, evaluation);
  const validated = validation && { validation: validation.sessions, ...chosenIn(evaluation) };
  const training = { ...command.training, ...validated };
  const { events, length } = sessions;
  const size = { items: model.items.size, events, sessions: length };
  report.model(model, estimateMemory(size, command.model, training).total);
  noteUnsaved(command, report);

  const course = {
    epochs,
    flags: command.checkpoint,
    targets: command.targets,
    start: (watch: Watch) => train(model, sessions, { ...training, ...watch }),
  };
  await learn(model, course, report, io, async () => {
    if (!test) return;
    const evaluated = (watch: EvaluateOptions) =>
      evaluate(model, test.sessions, { ...evaluation, ...watch });
    await measure(evaluated, report, io.signal);
  });
}
