/**
 * A search for options of a row, on validation data alone: `npm run experiments -- --tune NAME`. Its trials are kept in
 * bench/experiments/tunings/, so that the same command goes on; what it chose is copied into tables/tunings.ts.
 */

import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Io } from "../../src/cli/io.js";
import { createProgress } from "../../src/cli/progress.js";
import {
  recentSessions,
  type Space,
  type TrainOptions,
  type Trial,
  type TrialContext,
  type TrialParameters,
  train,
} from "../../src/index.js";
import { tune } from "../../src/node.js";
import type { SplitLog } from "./files.js";
import { type Held, LOGS, type LogName } from "./logs.js";
import { networkOf, playing } from "./networks.js";
import { partsOf } from "./options.js";
import type { Options } from "./types.js";

export interface Tuning {
  readonly name: string;
  readonly log: LogName;
  readonly model: "gru4rec" | "two-towers";
  /** Options, with a range or choices where a value is searched. */
  readonly space: Options;
  readonly trials: number;
  /** The most recent part of the sessions that trials learn from, to be quick. Default all. */
  readonly part?: number;
}

export function trialsOf(name: string): string {
  return `bench/experiments/tunings/${name}.jsonl`;
}

/** The options that were best, with as many epochs as were best for them. */
export function chosenIn(trials: readonly Trial[]): Options | undefined {
  const complete = trials.filter(({ state }) => state === "complete");
  const [best] = [...complete].sort((a, b) => b.value! - a.value! || a.number - b.number);
  if (!best) return undefined;
  const { model, train: learning } = best.parameters;
  return { ...model, ...learning, epochs: 1 + best.figures.indexOf(best.value!) };
}

/** The trials of a finished or an unfinished search. */
export function trialsIn(root: string, name: string): Trial[] {
  const [, ...lines] = readFileSync(join(root, trialsOf(name)), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Trial);
}

interface Where {
  readonly root: string;
  readonly threads: number | "auto";
  readonly io: Io;
}

/** @throws the reason of the signal; what is over is kept */
export async function runTuning(tuning: Tuning, log: SplitLog, where: Where): Promise<void> {
  const { name, trials, part, model } = tuning;
  const { root, io } = where;
  const path = join(root, trialsOf(name));
  mkdirSync(dirname(path), { recursive: true });
  const { train: all, validation } = log.held();
  const held = { train: part ? recentSessions(all, { lastPart: part }) : all, validation };
  const { model: own, training } = partsOf(model, tuning.space);
  const space = { model: own, train: training } as Space;
  const result = await tune((options, trial) => played(tuning, options, held, trial, where), {
    space,
    trials,
    log: path,
    data: `${tuning.log} ${JSON.stringify(log.data)} ${part ?? 1}`,
    signal: io.signal,
    onTrial: ({ number, state, value, error }) =>
      io.stdout.write(`${name}, trial ${number}: ${state} ${value?.toFixed(4) ?? error}\n`),
  });
  io.stdout.write(`${name}: ${JSON.stringify(chosenIn(result.trials))}\n`);
}

async function played(
  { name, model, log }: Tuning,
  { model: own, train: learning }: TrialParameters,
  { train: sessions, validation }: Held,
  { number, report }: TrialContext,
  { threads, io }: Where,
): Promise<undefined> {
  const progress = createProgress(io.stderr, `${name}, trial ${number}`, { env: io.env });
  const options: TrainOptions = {
    ...learning,
    validation,
    ...(LOGS[log].split === "time"
      ? { monitor: "mrr@20" }
      : { monitor: "ndcg@10", lastOnly: true, excludeSeen: true, unknown: "miss" }),
    threads,
    numerics: "portable",
    signal: io.signal,
    onProgress: ({ epoch, epochs, events, totalEvents }) =>
      progress.update((epoch - 1) * totalEvents + events, epochs * totalEvents),
  };
  const made = await networkOf(model, sessions.items, own!);
  try {
    for await (const { validation } of playing(train, made, sessions, options)) {
      if (!report(validation!.value)) break;
    }
  } finally {
    progress.finish();
    made.dispose();
  }
  return undefined;
}
