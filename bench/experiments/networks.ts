/** Networks of the experiments: how they are made, played and measured, in Node and in pages alike. */

import {
  type Baseline,
  type EpochReport,
  type EvaluateOptions,
  evaluate,
  GRU4Rec,
  type Items,
  type Measures,
  type Sessions,
  type TrainOptions,
  TwoTowers,
} from "../../src/index.js";
import { LOGS, type LogName } from "./logs.js";
import type { List, Options } from "./types.js";

/** `train` of the root entry or of Node's, for both kinds of networks. */
interface Train {
  (model: GRU4Rec, sessions: Sessions, options: object): Epochs;
  (model: TwoTowers, sessions: Sessions, options: object): Epochs;
}

type Epochs = AsyncGenerator<EpochReport, void, void>;

/** Runs have the same digits everywhere. */
export const PORTABLE: Pick<TrainOptions, "numerics"> = { numerics: "portable" };

export function isNetwork(model: string): boolean {
  return model === "gru4rec" || model === "two-towers";
}

/** @throws ConfigError naming an option that is unknown or out of range */
export function networkOf(
  model: string,
  items: Items,
  options: Options,
): Promise<GRU4Rec | TwoTowers> {
  return model === "gru4rec" ? GRU4Rec.create(items, options) : TwoTowers.create(items, options);
}

/** Plays the epochs of whichever kind it is. */
export function playing(
  train: Train,
  network: GRU4Rec | TwoTowers,
  sessions: Sessions,
  options: object,
): Epochs {
  return network instanceof GRU4Rec
    ? train(network, sessions, options)
    : train(network, sessions, options);
}

const CUTOFFS = [1, 5, 10, 20];

/**
 * Equal scores count for the target where tests are later than the training, as in the papers on sessions, and against
 * it by leave-one-out.
 *
 * @param watching threads, signal, progress
 * @returns with six digits behind the point
 */
export async function figuresOf(
  model: Baseline | GRU4Rec | TwoTowers,
  test: Sessions,
  log: LogName,
  list: List,
  watching: EvaluateOptions,
): Promise<{ readonly values: Measures; readonly events: number }> {
  const byTime = { ties: "standard" } as const;
  const leaveOneOut = { lastOnly: true, unknown: "miss", ties: "conservative" } as const;
  const { recall, mrr, ndcg, events } = await evaluate(model, test, {
    ...watching,
    ...(LOGS[log].split === "time" ? byTime : leaveOneOut),
    cutoffs: CUTOFFS,
    excludeSeen: list === "unseen",
  });
  return { values: { recall: six(recall), mrr: six(mrr), ndcg: six(ndcg) }, events };
}

function six(values: Measures["recall"]): Measures["recall"] {
  return Object.fromEntries(
    Object.entries(values).map(([cutoff, value]) => [cutoff, Number(value.toFixed(6))]),
  );
}
