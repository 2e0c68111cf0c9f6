/** The sessions of a training: fit for this model, and as the job reads them. */

import { rowsAmong, translated } from "../../data/other-catalogue.js";
import type { Sessions } from "../../data/sessions.js";
import { orderInTime } from "../../data/time-order.js";
import { ConfigError } from "../../errors.js";
import type { GRU4Rec } from "../../models/gru4rec/gru4rec.js";
import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import { inTurns } from "../../pause.js";
import type { ResolvedLearningOptions } from "../options.js";

/** A click log as rows of the model's catalogue; each array by its name in the job's memory. */
export interface Log {
  /** i32[events] */
  readonly itemIndices: Int32Array;
  /** i32[sessions + 1] */
  readonly offsets: Int32Array;
  /** i32[sessions]; where the order is random, the job draws it anew at the start of each epoch. */
  readonly order: Int32Array;
}

/** @throws ConfigError when the model does not know an item, or there is nothing to train on */
export async function logOf(
  model: GRU4Rec,
  sessions: Sessions,
  learning: ResolvedLearningOptions,
): Promise<Log> {
  checkSessions(sessions, learning, model.options);
  const { itemIndices, items, offsets, times } = sessions;
  return {
    itemIndices: items === model.items ? itemIndices : await inTurns(rowsOf(model, sessions)),
    offsets,
    order:
      learning.order === "time"
        ? await inTurns(orderInTime(times, sessions.offsets))
        : sessions.order("given"), // if at random, the job draws it
  };
}

/** Rows of the model's catalogue for each event. */
function* rowsOf(model: GRU4Rec, { items, itemIndices }: Sessions): Generator<void, Int32Array> {
  const remedy = "Create the model from the items of all sessions it will be trained on.";
  const rows = yield* rowsAmong(model.items, items, "sessions", remedy);
  return yield* translated(itemIndices, rows);
}

/** Throws ConfigError where an output would have nothing to be compared with. */
export function checkNegatives(
  { inBatchNegatives }: ResolvedModelOptions,
  { negatives }: ResolvedLearningOptions,
): void {
  if (inBatchNegatives === "all" || negatives > 0) return;
  const expected = `an integer ≥ 1 with \`inBatchNegatives\` ${JSON.stringify(inBatchNegatives)}`;
  throw new ConfigError("negatives", expected, negatives);
}

function checkSessions(
  sessions: Sessions,
  { negatives }: ResolvedLearningOptions,
  { windowLength }: ResolvedModelOptions,
): void {
  const { offsets, length, events } = sessions;
  let playable = 0;
  // Two clicks are enough for every check below.
  for (let s = 0; s < length && playable < 2; ++s) {
    if (offsets[s + 1]! - offsets[s]! > 1) playable++;
  }
  if (playable === 0) {
    const got = `${length} of one click each`;
    throw new ConfigError("sessions", "at least one session of two clicks or more", got);
  }
  if (windowLength > 0 && negatives === 0 && events - length < 2) {
    const remedy = "Raise `negatives`: a lone target has no other to be compared with.";
    throw new ConfigError("sessions", "two clicks or more to predict", events - length, remedy);
  }
  if (playable === 1 && negatives === 0 && windowLength === 0) {
    const remedy = "Raise `negatives`: a lone session has no other slot to be compared with.";
    throw new ConfigError("sessions", "two sessions of two clicks or more", playable, remedy);
  }
}
