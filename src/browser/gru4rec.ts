/**
 * What `dist/gru4rec.js` holds: all that trains, measures and asks a GRU4Rec, and reads its click logs as text.
 * Together with the modules beside it these are the names of index.ts; a test compares them.
 */

import "../data/read/log.js"; // at hand at once, where index.ts loads it when a log is read

export { Items } from "../data/items.js";
export { readEvents, readSessions } from "../data/readers.js";
export { Sessions } from "../data/sessions.js";
export { readTitles } from "../data/titles.js";
export {
  CheckpointError,
  ConfigError,
  DisposedError,
  DivergedError,
  FormatError,
  WorkerError,
} from "../errors.js";
export { GRU4Rec } from "../models/gru4rec/gru4rec.js";
export { MODEL_DEFAULTS, resolveModelOptions } from "../models/gru4rec/options.js";
export { evaluate, resolveEvaluateOptions } from "../ranking/evaluate.js";
export { estimateMemory } from "../training/estimate-memory.js";
export { TRAIN_DEFAULTS } from "../training/options.js";
export { resolveTrainOptions } from "../training/resolve.js";
export { fit, train } from "../training/trainer.js";
export { serveThread as $serveThread } from "./threads.js";
