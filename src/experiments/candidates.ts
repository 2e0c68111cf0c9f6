/** The models that a comparison can fit: every kind of baseline, and GRU4Rec. */

import { checkBaseline, fitBaseline } from "../baselines/baseline.js";
import { type BaselineName, KINDS } from "../baselines/kinds.js";
import { nearestOf, refuseUnknown } from "../baselines/unknown-names.js";
import { checkObject } from "../checks.js";
import type { Scorer } from "../data/scorer.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError, placed } from "../errors.js";
import { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { MODEL_DEFAULTS, resolveModelOptions } from "../models/gru4rec/options.js";
import type { RetrievalIndex } from "../models/two-towers/retrieval-index.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { TRAIN_DEFAULTS, type TrainOptions } from "../training/options.js";
import type { EpochReport } from "../training/report.js";
import { resolveTrainOptions } from "../training/resolve.js";
import { train } from "../training/trainer.js";

/** What can be compared. */
export const MODELS: readonly string[] = [...Object.keys(KINDS), "gru4rec"];

const GRU4REC_OPTIONS = [
  ...Object.keys(MODEL_DEFAULTS),
  ...Object.keys(TRAIN_DEFAULTS),
  "patience",
  "monitor",
];

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
  return MODELS.includes(name.split(":")[0]!);
}

/**
 * @param name a kind, or a kind, a colon and a label: several of one kind with other options
 * @throws ConfigError naming the model, the option, and the nearest name where one is unknown
 */
export function candidateOf(name: string, given: object = {}, isValidated = false): Candidate {
  const [kind = ""] = String(name).split(":");
  if (!MODELS.includes(kind)) {
    const expected = `${MODELS.slice(0, -1).join(", ")} or ${MODELS.at(-1)}`;
    throw new ConfigError("models", expected, name, nearestOf(kind, MODELS));
  }
  checkObject(`options of ${name}`, given, "an object");
  try {
    return kind === "gru4rec" ? gru4rec(name, given, isValidated) : baseline(name, kind, given);
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

function gru4rec(name: string, given: object, isValidated: boolean): Candidate {
  refuseUnknown(given, GRU4REC_OPTIONS, "gru4rec");
  const parts = Object.entries(given);
  const own = Object.fromEntries(parts.filter(([name]) => Object.hasOwn(MODEL_DEFAULTS, name)));
  const learning = Object.fromEntries(
    parts.filter(([name]) => !Object.hasOwn(MODEL_DEFAULTS, name)),
  );
  const model = resolveModelOptions(own);
  const { patience, monitor, ...learnt } = learning as TrainOptions;
  const { epochs: most, ...resolved } = resolveTrainOptions(learnt, model.windowLength);
  if (!isValidated && (patience !== undefined || monitor !== undefined)) {
    const remedy = "Hold one out.";
    const [option, value] = patience === undefined ? ["monitor", monitor] : ["patience", patience];
    throw new ConfigError(option as string, "a validation beside it", value, remedy);
  }
  return {
    name,
    options: { ...model, ...resolved, epochs: most },
    async fit(log, running, onShare) {
      const made = await GRU4Rec.create(log.items, own);
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

interface Progress {
  readonly epoch: number;
  readonly events: number;
  readonly totalEvents: number;
}
