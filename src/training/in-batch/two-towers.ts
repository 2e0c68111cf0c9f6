/** TwoTowers as users get it: the class of the models, known to `train`. */

import { TwoTowers as Towers } from "../../models/two-towers/two-towers.js";
import { trainedBy } from "../recipe.js";
import { inBatch } from "./recipe.js";

export const TwoTowers: typeof Towers = /* @__PURE__ */ trainedBy(Towers, inBatch);
export type TwoTowers = Towers;
