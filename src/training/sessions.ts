/** The sessions of a training: fit for this model, and as the job reads them. */

import type { Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import type { GRU4Rec } from "../model/gru4rec.js";
import type { ResolvedModelOptions } from "../model/options.js";
import type { ResolvedLearningOptions } from "./options.js";

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
export function logOf(model: GRU4Rec, sessions: Sessions, learning: ResolvedLearningOptions): Log {
  checkSessions(sessions, learning, model.options);
  return {
    itemIndices: rowsOf(model, sessions),
    offsets: sessions.offsets,
    order: sessions.order(learning.order === "random" ? "session" : learning.order),
  };
}

/** Rows of the model's catalogue for each event. */
function rowsOf(model: GRU4Rec, sessions: Sessions): Int32Array {
  if (sessions.items === model.items) return sessions.itemIndices;
  const rows = Int32Array.from(sessions.items.ids, (id) => model.items.indexOf(id));
  const unknown = rows.indexOf(-1);
  if (unknown >= 0) {
    const remedy = "Create the model from the items of all sessions it will be trained on.";
    const id = sessions.items.idOf(unknown);
    throw new ConfigError("sessions", "only items that the model knows", id, remedy);
  }
  return sessions.itemIndices.map((item) => rows[item]!);
}

function checkSessions(
  sessions: Sessions,
  { negatives }: ResolvedLearningOptions,
  { windowLength }: ResolvedModelOptions,
): void {
  const { offsets, length, events } = sessions;
  let playable = 0;
  for (let s = 0; s < length; ++s) if (offsets[s + 1]! - offsets[s]! > 1) playable++;
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
