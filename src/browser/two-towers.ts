/** What `dist/two-towers.js` holds: retrieval by two towers, beside `dist/gru4rec.js`. */

import { planTowerAnswers } from "../models/two-towers/answering.js";
import { retrievalProgram } from "../training/in-batch/program.js";
import { enable } from "./threads.js";

export { splitAtRandom, splitAtTime } from "../data/example-splits.js";
export { EXAMPLE_DEFAULTS, examplesOf } from "../data/examples.js";
export { readRatings } from "../data/ratings.js";
export { readRecords } from "../data/records.js";
export { resolveTowerOptions, TOWER_DEFAULTS } from "../models/two-towers/options.js";
export { RetrievalIndex } from "../models/two-towers/retrieval-index.js";
export { RETRIEVAL_DEFAULTS } from "../training/in-batch/options.js";
export { TwoTowers } from "../training/in-batch/two-towers.js";

/** The function that the module is made into. */
declare const wholeModule: object;

enable(wholeModule, {
  programs: { retrieval: retrievalProgram },
  models: { "two-towers": planTowerAnswers },
});
