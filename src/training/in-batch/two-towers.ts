/** TwoTowers as users get it: the class of the models, known to `train`. */

import { TwoTowers as Towers } from "../../models/two-towers/two-towers.js";
import { trainedBy } from "../recipe.js";
import { inBatch } from "./recipe.js";

/** A query tower and a candidate tower (the sequential retrieval model of TensorFlow Recommenders). */
export const TwoTowers: typeof Towers = /* @__PURE__ */ trainedBy(Towers, inBatch);
/** A query tower and a candidate tower (the sequential retrieval model of TensorFlow Recommenders). */
export type TwoTowers = Towers;
