/** Models that are there before a comparison: measured as they are, where they rank what the others rank. */

import { Baseline } from "../baselines/baseline.js";
import { checkObject } from "../checks.js";
import type { Items } from "../data/items.js";
import { isScorer } from "../data/scorer.js";
import { ConfigError, words } from "../errors.js";
import { answeringOf } from "../ranking/answering.js";
import { type AnyFitted, type Candidate, isKind } from "./candidates.js";

/** Models by the names that a comparison has for them. */
export type FittedModels = Readonly<Record<string, AnyFitted>>;

/** @throws ConfigError naming what is no model, or has the name of a kind */
export function checkFitted(models: FittedModels): void {
  checkObject("fitted", models, "an object of models by name");
  for (const [name, model] of Object.entries(models)) {
    if (!isScorer(model) && !answeringOf(model)) {
      throw new ConfigError(`fitted.${name}`, "a model, a baseline or a Scorer", model);
    }
    if (isKind(name)) {
      throw new ConfigError("fitted", "names that are no kinds of models", name, "Take another.");
    }
  }
}

export function fittedCandidate(name: string, model: AnyFitted): Candidate {
  const { options = {} } = model as { readonly options?: Record<string, unknown> };
  return {
    name,
    options,
    isFitted: true,
    fit: async () => ({ model, bytes: bytesOf(model), epochs: [], dispose() {} }),
  };
}

/** Throws ConfigError unless the model ranks all items of the log, and no others. */
export function checkCatalogue(name: string, model: AnyFitted, { ids }: Items): void {
  const { answers } = answeringOf(model) ?? { answers: model.items };
  const missing = ids.reduce<number>((count, id) => count + Number(!answers.has(id)), 0);
  if (missing === 0 && answers.size === ids.length) return;
  const expected = `a model of the ${ids.length} items that are fitted on`;
  const found = words(`one of ${answers.size} items, without ${missing} of those`);
  const remedy =
    "Models of other catalogues rank among other items: compare on the log that it learnt.";
  throw new ConfigError(`fitted.${name}`, expected, found, remedy);
}

function bytesOf(model: AnyFitted): number | undefined {
  if (model instanceof Baseline) return model.bytes;
  return "parameterCount" in model ? 4 * model.parameterCount : undefined;
}
