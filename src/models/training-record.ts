/** The record of the training that a model's weights come from; files keep it. */

import { checkInteger } from "../checks.js";
import { ConfigError } from "../errors.js";
import { decodedObject } from "../files/fields.js";
import type { Header } from "../files/safetensors.js";

/** What a model remembers of its training. */
export interface TrainingRecord {
  /** Whole epochs, ≥ 1; of a training with a validation those until the best. */
  readonly epochs: number;
  /** Clicks of the sessions, or examples, that an epoch is made of. */
  readonly events: number;
  /** Time of the first and of the last of them, as it was given; undefined where none has one. */
  readonly firstTime: number | undefined;
  /** Time of the last of them. */
  readonly lastTime: number | undefined;
  /** The version of this library. */
  readonly library: string;
}

/** The record as metadata of a file; none for a model that was not trained. */
export function trainingMetadata(record: TrainingRecord | undefined): Record<string, string> {
  return record ? { training: JSON.stringify(record) } : {};
}

/** The record from a file. Throws FormatError when it is broken. */
export function decodedTraining(header: Header): TrainingRecord | undefined {
  if (header.metadata.training === undefined) return undefined;
  return decodedObject(header, "training", (given) => {
    const { epochs, events, firstTime, lastTime, library } = given as TrainingRecord;
    checkInteger("training.epochs", epochs, 1);
    checkInteger("training.events", events, 1);
    for (const [name, time] of Object.entries({ firstTime, lastTime })) {
      if (time === undefined || Number.isFinite(time)) continue;
      throw new ConfigError(`training.${name}`, "a finite number", time);
    }
    if (typeof library !== "string") throw new ConfigError("training.library", "a text", library);
    return Object.freeze({ epochs, events, firstTime, lastTime, library });
  });
}
