/** Models as what answers: a GRU4Rec, and those that registered when they were loaded. */

import { type Answering, registeredAnswering } from "../models/answering.js";
import { planGru4rec } from "../models/gru4rec/answering.js";
import { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { embeddingWidth } from "../models/gru4rec/parameters.js";
import { doorOf } from "../models/stored-model.js";
import { stackProducts } from "../network/stack.js";

/** @returns undefined for what is no model of this library */
export function answeringOf(model: unknown): Answering | undefined {
  if (model instanceof GRU4Rec) return gru4recAnswering(model);
  return typeof model === "object" && model !== null ? registeredAnswering(model) : undefined;
}

function gru4recAnswering(model: GRU4Rec): Answering {
  const { items, options } = model;
  const { size } = items;
  const door = doorOf(model);
  return {
    kind: "gru4rec",
    plan: planGru4rec,
    config: { options, items: size, answers: size },
    reading: {
      windowLength: options.windowLength,
      pad: options.padding === "unmasked" ? size : undefined,
      unknown: undefined,
      timeBoundaries: [],
    },
    items,
    answers: items,
    products: {
      click: stackProducts(options, embeddingWidth(options)),
      score: options.layers.at(-1)!,
    },
    check: () => door.check(),
    during: (load) => door.during(load),
  };
}
