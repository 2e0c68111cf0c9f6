/** The sessions of a training: fit for this model, and as the job reads them. */

import type { Sessions } from "../../data/sessions.js";
import { orderInTime } from "../../data/time-order.js";
import { ConfigError } from "../../errors.js";
import type { GRU4Rec } from "../../models/gru4rec/gru4rec.js";
import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import { inTurns } from "../../pause.js";
import type { ResolvedLearningOptions } from "../options.js";

/** Ids that are looked up, and rows that are copied, in about a millisecond. */
const IDS_PIECE = 2 ** 12;
const ROWS_PIECE = 2 ** 18;

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
  const rowOf = new Int32Array(items.size);
  for (const [item, id] of items.ids.entries()) {
    const row = model.items.indexOf(id);
    if (row < 0) {
      const remedy = "Create the model from the items of all sessions it will be trained on.";
      throw new ConfigError("sessions", "only items that the model knows", id, remedy);
    }
    rowOf[item] = row;
    if (item % IDS_PIECE === 0) yield;
  }
  const rows = new Int32Array(itemIndices.length);
  for (let event = 0; event < rows.length; ++event) {
    rows[event] = rowOf[itemIndices[event]!]!;
    if (event % ROWS_PIECE === 0) yield;
  }
  return rows;
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
