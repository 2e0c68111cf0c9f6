/**
 * What `dist/experiments.js` holds, beside `dist/gru4rec.js`: what is done with a whole log before and after a
 * training. Filters and splits, parameter sets, baselines, checkpoints, lists of many visits at once, and going on with
 * new clicks.
 */

import { listsProgram } from "../ranking/list-program.js";
import { enable } from "./threads.js";

export { Baseline, fitBaseline } from "../baselines/baseline.js";
export { inspectSessions } from "../baselines/inspect.js";
export { markov } from "../baselines/markov.js";
export { popularity } from "../baselines/popularity.js";
export { randomScorer } from "../baselines/random.js";
export { boundariesOf } from "../data/boundaries.js";
export { filterSessions, resolveFilterOptions } from "../data/filter.js";
export { splitLeaveOneOut } from "../data/leave-one-out.js";
export { recentSessions } from "../data/recent.js";
export { outdoorShop } from "../data/shop.js";
export { splitByTime } from "../data/split.js";
export { checkCompare, compare } from "../experiments/compare.js";
export { intervalsOf } from "../experiments/intervals.js";
export { officialSpace } from "../experiments/official.js";
export { inspectSplit } from "../experiments/split-flaws.js";
export { tune, tuningOf } from "../experiments/tune.js";
export { onnxStep } from "../models/gru4rec/onnx.js";
export { explain } from "../ranking/explain.js";
export { recommendAll } from "../ranking/recommend-all.js";
export { itemVectors, visitVectors } from "../ranking/vectors.js";
export { checkpointFacts, checkpointPlace } from "../training/checkpoint.js";
export { officialOptions } from "../training/official.js";
export { mergeParameters } from "../training/parameters.js";
export { PARAMETER_SETS } from "../training/published.js";
export { EXTEND_DEFAULTS, extendModel } from "../updating/extend.js";
export { UPDATE_EPOCHS, update } from "../updating/update.js";

/** The function that the module is made into. */
declare const wholeModule: object;

enable(wholeModule, { rankings: { lists: listsProgram } });
