/** The models that a comparison can fit: every kind of baseline, GRU4Rec and two towers. */

import { checkBaseline, fitBaseline } from "../baselines/baseline.js";
import { type BaselineName, KINDS } from "../baselines/kinds.js";
import { nearestOf } from "../baselines/unknown-names.js";
import { checkNames, checkObject } from "../checks.js";
import type { Scorer } from "../data/scorer.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError, placed } from "../errors.js";
import { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import {
  MODEL_DEFAULTS,
  type ModelOptions,
  resolveModelOptions,
} from "../models/gru4rec/options.js";
import type { RetrievalIndex } from "../models/two-towers/retrieval-index.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import type { TrainRetrievalOptions } from "../training/in-batch/options.js";
import { TRAIN_DEFAULTS, type TrainOptions } from "../training/options.js";
import { type Making, recipeNamed } from "../training/recipe.js";
import type { EpochReport } from "../training/report.js";
import { resolveTrainOptions } from "../training/resolve.js";
import { train } from "../training/trainer.js";

/** What is compared unless models are named. */
export const MODELS: readonly string[] = [...Object.keys(KINDS), "gru4rec"];

const TOWERS = "two-towers";

/** What can be compared. */
const COMPARABLE = [...MODELS, TOWERS];

const GRU4REC: Making<GRU4Rec, ModelOptions> = {
  defaults: { model: MODEL_DEFAULTS, train: TRAIN_DEFAULTS },
  resolve: resolveModelOptions,
  create: (items, options) => GRU4Rec.create(items, options),
};

/** A model that is there, whatever made it. */
export type AnyFitted = GRU4Rec | TwoTowers | RetrievalIndex | Scorer;

/** What was fitted. */
export interface Fitted {
  readonly model: AnyFitted;
  readonly bytes: number | undefined;
  readonly epochs: readonly EpochReport[];
  /** Releases what the model holds. */
  dispose(): void;
}

/** How a fitting runs: threads, numerics, signal, choices of a validation. */
export type Running = Omit<TrainOptions, "checkpoint" | "onProgress">;

/** A model that is ready to be fitted. */
export interface Candidate {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** It was there before the comparison. */
  readonly isFitted?: boolean;
  fit(log: Sessions, running: Running, onShare: (share: number) => void): Promise<Fitted>;
}

/** Whether it is the name of a kind, with a label or without. */
export function isKind(name: string): boolean {
  return COMPARABLE.includes(name.split(":")[0]!);
}

/**
 * @param name a kind, or a kind, a colon and a label: several of one kind with other options
 * @throws ConfigError naming the model, the option, and the nearest name where one is unknown
 */
export function candidateOf(name: string, given: object = {}, isValidated = false): Candidate {
  const [kind = ""] = String(name).split(":");
  if (!COMPARABLE.includes(kind)) {
    const expected = `${COMPARABLE.slice(0, -1).join(", ")} or ${COMPARABLE.at(-1)}`;
    throw new ConfigError("models", expected, name, nearestOf(kind, COMPARABLE));
  }
  checkObject(`options of ${name}`, given, "an object");
  const making = kind === TOWERS ? recipeNamed("models", kind).making! : GRU4REC;
  try {
    return Object.hasOwn(KINDS, kind)
      ? baseline(name, kind, given)
      : trained({ name, kind, making: making as typeof GRU4REC }, given, isValidated);
  } catch (error) {
    throw error instanceof ConfigError ? placed(`options of ${name}`, error) : error;
  }
}

function baseline(name: string, kind: string, given: object): Candidate {
  const options = checkBaseline(kind, given) as Record<string, unknown>;
  return {
    name,
    options,
    async fit(log, { signal }, onShare) {
      const watched = { ...options, signal, onProgress: onShare };
      const model = await fitBaseline(kind as BaselineName, log, watched);
      return { model, bytes: model.bytes, epochs: [], dispose() {} };
    },
  };
}

/** A model with weights; `GRU4Rec` stands for two towers, too. */
interface Trained {
  readonly name: string;
  readonly kind: string;
  readonly making: typeof GRU4REC;
}

function trained({ name, kind, making }: Trained, given: object, isValidated: boolean): Candidate {
  const { model: modelDefaults, train: trainDefaults } = making.defaults;
  const all = [...Object.keys(modelDefaults), ...Object.keys(trainDefaults)];
  checkNames(given, [...all, "patience", "monitor"], kind);
  const parts = Object.entries(given);
  const own = Object.fromEntries(parts.filter(([name]) => Object.hasOwn(modelDefaults, name)));
  const learning = Object.fromEntries(
    parts.filter(([name]) => !Object.hasOwn(modelDefaults, name)),
  );
  const model = making.resolve(own);
  const { patience, monitor, ...learnt } = learning as TrainOptions;
  const { epochs: most, ...resolved } = resolvedTraining(kind, learnt, model.windowLength);
  if (!isValidated && (patience !== undefined || monitor !== undefined)) {
    const remedy = "Hold one out.";
    const [option, value] = patience === undefined ? ["monitor", monitor] : ["patience", patience];
    throw new ConfigError(option as string, "a validation beside it", value, remedy);
  }
  return {
    name,
    options: { ...model, ...resolved, epochs: most },
    async fit(log, running, onShare) {
      const made = await making.create(log.items, own);
      const epochs: EpochReport[] = [];
      try {
        const onProgress = ({ epoch, events, totalEvents }: Progress): void =>
          onShare((epoch - 1 + events / totalEvents) / most);
        for await (const report of train(made, log, { ...learning, ...running, onProgress })) {
          epochs.push(report);
        }
      } catch (error) {
        made.dispose();
        throw error;
      }
      return {
        model: made,
        bytes: 4 * made.parameterCount,
        epochs,
        dispose: () => made.dispose(),
      };
    },
  };
}

function resolvedTraining(
  kind: string,
  options: TrainOptions,
  windowLength: number,
): { readonly epochs: number } {
  return kind === TOWERS
    ? resolveTrainOptions(options as TrainRetrievalOptions, kind)
    : resolveTrainOptions(options, windowLength);
}

interface Progress {
  readonly epoch: number;
  readonly events: number;
  readonly totalEvents: number;
}
