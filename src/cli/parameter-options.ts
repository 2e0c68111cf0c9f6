/** Options that stand for many: `--params` and `--official`. */
import { PARAMETER_SETS } from "../index.js";
import type { OptionGroup } from "./option-row.js";

const PRESETS = Object.keys(PARAMETER_SETS).join(", ");

/** Of either model. */
export const PARAMS_OPTION: OptionGroup = {
  params: {
    kind: "text",
    value: "set",
    help: `options of the model and of training: a JSON file, or published ones: ${PRESETS}`,
    conflicts: ["official"],
  },
};

/** Of a GRU4Rec. */
export const OFFICIAL_OPTION: OptionGroup = {
  official: {
    kind: "text",
    value: "a=x,…",
    help: "parameters of the official PyTorch code, with its defaults: layers=100,loss=bpr-max",
  },
};
