/** One run: a row is trained with one seed, by checkpoints that outlive a kill, and measured. */

import {
  type Baseline,
  type BaselineName,
  DivergedError,
  type EvaluateOptions,
  evaluate,
  fitBaseline,
  GRU4Rec,
  type Measures,
  type TrainProgress,
  TwoTowers,
} from "../../src/index.js";
import { type NodeTrainOptions, train } from "../../src/node.js";
import { Course } from "./course.js";
import type { SplitLog } from "./files.js";
import { LOGS } from "./logs.js";
import { partsOf } from "./options.js";
import type { RunKey } from "./results.js";
import type { List, Row, Run } from "./types.js";

export interface Watch {
  readonly threads: number | "auto";
  /** Of the checkpoints. */
  readonly folder: string;
  /** Seconds between two checkpoints. */
  readonly every: number;
  /** Hash of the sources. */
  readonly code: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, note: string) => void;
  readonly say: (sentence: string) => void;
}

export type Measured = Pick<Run, "values" | "failure" | "events" | "losses" | "minutes">;

const CUTOFFS = [1, 5, 10, 20];

/**
 * @param lists that are measured
 * @throws the signal's reason, when the checkpoint is written; CheckpointError when it cannot be
 */
export async function runOnce(
  key: RunKey,
  { options = {} }: Row,
  log: SplitLog,
  lists: readonly List[],
  watch: Watch,
): Promise<Measured> {
  const { folder, every, code, say } = watch;
  const course = new Course({ key, origin: { code, data: log.data }, folder, every, say });
  const seeded = key.seed === null ? options : { ...options, seed: key.seed };
  let found: Pick<Measured, "values" | "failure" | "events">;
  try {
    const model = await fitted(key.model, seeded, log, course, watch);
    found = await figures(model, key, log, lists, watch);
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    found = { values: {}, failure: error.message, events: 0 };
  }
  return { ...found, losses: course.losses, minutes: Number((course.seconds / 60).toFixed(2)) };
}

async function figures(
  model: Baseline | GRU4Rec | TwoTowers,
  key: RunKey,
  { test }: SplitLog,
  lists: readonly List[],
  watch: Watch,
): Promise<Pick<Measured, "values" | "events">> {
  const values: Partial<Record<List, Measures>> = {};
  let events = 0;
  try {
    for (const list of lists) {
      const found = await evaluate(model, test, measuring(key, list, watch));
      values[list] = rounded(found);
      events = found.events;
    }
  } finally {
    model[Symbol.dispose]();
  }
  return { values, events };
}

async function fitted(
  model: string,
  options: object,
  { train: clicks }: SplitLog,
  course: Course,
  watch: Watch,
): Promise<Baseline | GRU4Rec | TwoTowers> {
  const { signal } = watch;
  if (!isNetwork(model)) {
    const onProgress = (share: number): void => watch.onProgress(share, 1, "fitting");
    return fitBaseline(model as BaselineName, clicks, { ...options, signal, onProgress });
  }
  const { model: own, training } = partsOf(model, { ...options });
  const running = { ...training, ...runningOptions(watch), checkpoint: course.checkpoint };
  const made =
    model === "gru4rec"
      ? await GRU4Rec.create(clicks.items, own)
      : await TwoTowers.create(clicks.items, own);
  try {
    const reports =
      made instanceof GRU4Rec ? train(made, clicks, running) : train(made, clicks, running);
    for await (const { epoch, loss } of reports) {
      course.addLoss(epoch, loss);
      watch.say(`epoch ${epoch}, loss ${loss.toFixed(3)}`);
    }
    return made;
  } catch (error) {
    made.dispose();
    throw error;
  }
}

function isNetwork(model: string): boolean {
  return model === "gru4rec" || model === "two-towers";
}

function runningOptions({ threads, signal, onProgress }: Watch): NodeTrainOptions {
  return {
    threads,
    numerics: "portable",
    signal,
    onProgress({ epoch, epochs, events, totalEvents, loss }: TrainProgress) {
      const note = `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}`;
      onProgress((epoch - 1) * totalEvents + events, epochs * totalEvents, note);
    },
  };
}

/**
 * Equal scores count for the target where tests are later than the training, as in the papers on sessions, and against
 * it by leave-one-out.
 */
function measuring(
  { log, model }: RunKey,
  list: List,
  { threads, signal, onProgress }: Watch,
): EvaluateOptions {
  const byTime = { ties: "standard" } as const;
  const leaveOneOut = { lastOnly: true, unknown: "miss", ties: "conservative" } as const;
  return {
    ...(LOGS[log].split === "time" ? byTime : leaveOneOut),
    cutoffs: CUTOFFS,
    excludeSeen: list === "unseen",
    signal,
    onProgress: ({ events, totalEvents }) => onProgress(events, totalEvents, "measuring"),
    ...(isNetwork(model) && { threads, numerics: "portable" as const }),
  };
}

function rounded({ recall, mrr, ndcg }: Measures): Measures {
  const six = (values: Measures["recall"]): Measures["recall"] =>
    Object.fromEntries(
      Object.entries(values).map(([cutoff, value]) => [cutoff, Number(value.toFixed(6))]),
    );
  return { recall: six(recall), mrr: six(mrr), ndcg: six(ndcg) };
}
