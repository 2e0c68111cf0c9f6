/** Checks the options of `train` before any file is read. */
import {
  type ModelOptions,
  resolveModelOptions,
  resolveTowerOptions,
  resolveTrainOptions,
  Sessions,
  type TowerOptions,
  type TrainOptions,
  type TrainRetrievalOptions,
} from "../index.js";

/** Options of a training, and whether the flags name a validation, which is not read yet. */
interface ToCheck<Training> {
  readonly training: Training;
  readonly isValidated: boolean;
}

/**
 * @returns the number of epochs
 * @throws ConfigError naming the first option that is out of range
 */
export function checkGru4rec(model: ModelOptions, training: ToCheck<TrainOptions>): number {
  const { windowLength } = resolveModelOptions(model);
  return resolveTrainOptions(whole(training), windowLength).epochs;
}

/** As `checkGru4rec`. Returns what reading the data needs, too. */
export function checkTowers(
  model: TowerOptions,
  training: ToCheck<TrainRetrievalOptions>,
): Readonly<Record<"epochs" | "batchSize" | "windowLength" | "seed", number>> {
  const { windowLength, seed } = resolveTowerOptions(model);
  const { epochs, batchSize } = resolveTrainOptions(whole(training), "two-towers");
  return { epochs, batchSize, windowLength, seed };
}

/** Some options need a validation. A placeholder stands for the one that is not read yet. */
function whole<Training>({ training, isValidated }: ToCheck<Training>): Training {
  if (!isValidated) return training;
  return { ...training, validation: Sessions.from([{ sessionId: 0, itemId: 0, time: 0 }]) };
}
