/** Options of a row, all of them, and which of them are the model's. */

import { checkBaseline } from "../../src/baselines/baseline.js";
import {
  MODEL_DEFAULTS,
  PARAMETER_SETS,
  type PublishedName,
  resolveModelOptions,
  resolveTowerOptions,
  resolveTrainOptions,
  TOWER_DEFAULTS,
} from "../../src/index.js";
import type { Options, Row } from "./types.js";

/** Options of the model, and of its training. A baseline has options of its own only. */
export interface Parts {
  readonly model: Options;
  readonly training: Options;
}

/** @throws ConfigError naming an option that is unknown or out of range */
export function resolvedOptions({ model, options = {} }: Row): Options {
  const { seed, ...resolved } = all(model, options);
  return resolved;
}

function all(model: string, options: Options): Options {
  const parts = partsOf(model, options);
  if (model === "two-towers") {
    const training = resolveTrainOptions(parts.training, "two-towers");
    return { ...resolveTowerOptions(parts.model), ...training };
  }
  if (model !== "gru4rec") return checkBaseline(model, options) as Options;
  const own = resolveModelOptions(parts.model);
  return { ...own, ...resolveTrainOptions(parts.training, own.windowLength) };
}

export function partsOf(model: string, options: Options): Parts {
  const tables: Readonly<Record<string, object>> = {
    gru4rec: MODEL_DEFAULTS,
    "two-towers": TOWER_DEFAULTS,
  };
  const own = tables[model];
  if (!own) return { model: options, training: {} };
  const entries = Object.entries(options);
  return {
    model: Object.fromEntries(entries.filter(([name]) => Object.hasOwn(own, name))),
    training: Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(own, name))),
  };
}

/** A set that the authors of GRU4Rec published, in one object. */
export function published(name: PublishedName): Options {
  const { model, train } = PARAMETER_SETS[name];
  return { ...model, ...train };
}
