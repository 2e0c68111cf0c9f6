/** One run: a row is trained with one seed, by checkpoints that outlive a kill, and measured. */

import {
  type Baseline,
  type BaselineName,
  DivergedError,
  fitBaseline,
  type GRU4Rec,
  type Measures,
  type TrainProgress,
  type TwoTowers,
} from "../../src/index.js";
import { type NodeTrainOptions, train } from "../../src/node.js";
import { Course } from "./course.js";
import type { SplitLog } from "./files.js";
import { figuresOf, isNetwork, networkOf, PORTABLE, playing } from "./networks.js";
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
  { log, model: kind }: RunKey,
  { test }: SplitLog,
  lists: readonly List[],
  { threads, signal, onProgress }: Watch,
): Promise<Pick<Measured, "values" | "events">> {
  const values: Partial<Record<List, Measures>> = {};
  let events = 0;
  const watching = {
    signal,
    onProgress: (at: { readonly events: number; readonly totalEvents: number }) =>
      onProgress(at.events, at.totalEvents, "measuring"),
    ...(isNetwork(kind) && { threads, ...PORTABLE }),
  };
  try {
    for (const list of lists) {
      const found = await figuresOf(model, test, log, list, watching);
      values[list] = found.values;
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
  const made = await networkOf(model, clicks.items, own);
  try {
    for await (const { epoch, loss } of playing(train, made, clicks, running)) {
      course.addLoss(epoch, loss);
      watch.say(`epoch ${epoch}, loss ${loss.toFixed(3)}`);
    }
    return made;
  } catch (error) {
    made.dispose();
    throw error;
  }
}

function runningOptions({ threads, signal, onProgress }: Watch): NodeTrainOptions {
  return {
    threads,
    ...PORTABLE,
    signal,
    onProgress({ epoch, epochs, events, totalEvents, loss }: TrainProgress) {
      const note = `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}`;
      onProgress((epoch - 1) * totalEvents + events, epochs * totalEvents, note);
    },
  };
}
