/** Describes a model in words. */
import { Baseline, GRU4Rec, TwoTowers } from "../index.js";
import type { Models } from "../node.js";
import { formatBytes, formatCount, formatCounted } from "./format.js";
import type { AnyModel } from "./report.js";

/** As in `loadModel`. */
export function kindOf(model: AnyModel): Exclude<keyof Models, "any"> {
  if (model instanceof GRU4Rec) return "gru4rec";
  if (model instanceof Baseline) return "baseline";
  return model instanceof TwoTowers ? "two-towers" : "index";
}

/** `gru 100, shared embedding, cross-entropy` */
export function shapeOf(model: AnyModel): string {
  if (model instanceof Baseline) return `${model.kind}, a baseline`;
  const { cell, layers } = model.options;
  const recurrent = `${cell} ${layers.join("-")}`;
  if (model instanceof GRU4Rec) {
    return `${recurrent}, ${model.options.embedding} embedding, ${model.options.loss}`;
  }
  const { windowLength, embeddingSize } = model.options;
  const name = model instanceof TwoTowers ? "two towers" : "index of two towers";
  return `${name}: ${recurrent} over windows of ${windowLength}; embeddings of ${embeddingSize}`;
}

/** `1,234 items, 56,789 parameters` */
export function sizeOf(model: AnyModel): string {
  const items = formatCounted(model.items.size, "item");
  if (model instanceof Baseline) return `${items}, ${formatBytes(model.bytes)} fitted`;
  if ("candidates" in model) return `${items}, ${formatCount(model.candidates.size)} to recommend`;
  return `${items}, ${formatCount(model.parameterCount)} parameters`;
}
