/** The common part of all commands that train: train, save, measure, report the files. */
import { stat } from "node:fs/promises";
import type { EvaluateOptions, GRU4Rec, TwoTowers } from "../index.js";
import type { DataOptions } from "./clicks.js";
import {
  type CheckpointFlags,
  type Course,
  checkCheckpoint,
  ended,
  trainEpochs,
} from "./epochs.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import type { Io } from "./io.js";
import type { Report } from "./output.js";
import { checkTargets, save, type Target } from "./targets.js";

/** The files that a training writes. */
export interface Writing {
  readonly targets: readonly Target[];
  readonly checkpoint: CheckpointFlags;
}

/** Flags of a training of either model. */
export interface TrainingCommand extends Writing {
  readonly data: DataOptions;
  readonly evaluation: EvaluateOptions;
  readonly json: boolean;
}

/** @throws CommandError when a file cannot be written, or would overwrite an input or another output */
export async function checkWriting(
  { targets, checkpoint: flags }: Writing,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  checkCheckpoint(flags);
  const { checkpoint, resume } = flags;
  if (checkpoint === undefined) return checkTargets(targets, inputs);
  await checkTargets([...targets, { flag: "--checkpoint", path: checkpoint }], inputs);
  if (resume || !(await stat(checkpoint).catch(() => undefined))) return;
  const message = `--checkpoint: expected no file yet, got ${checkpoint}. Go on from it with --resume, or remove it.`;
  throw new CommandError(message, EXIT_USAGE);
}

/** Warns in text, before training, that no file will be written. */
export function noteUnsaved({ targets, json }: TrainingCommand, report: Report): void {
  if (targets.length > 0 || json) return;
  report.note("The model will not be saved, as no --output was given.");
}

/**
 * Trains. If training ends early, the model of the last whole epoch, or of the best, is saved first.
 *
 * @param rest what the command does with the model after a training that went well
 */
export async function learn(
  model: GRU4Rec | TwoTowers,
  { targets, ...course }: Course & Pick<Writing, "targets">,
  report: Report,
  io: Io,
  rest: () => Promise<void>,
): Promise<void> {
  const outcome = await trainEpochs(course, report, io);
  const { epoch, failure } = outcome;
  if (outcome.isBest) report.best(epoch);
  const saved = epoch > 0 ? await save(model, targets) : [];
  try {
    if (failure) throw ended({ ...outcome, failure }, targets, course.flags, io.signal);
    await rest();
  } finally {
    for (const { path, bytes } of saved) report.saved(path, bytes);
  }
}
