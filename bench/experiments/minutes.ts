/**
 * Minutes, not hours: seconds from the start of a process until the model is within a percent of what the official code
 * reaches after ten epochs on yoochoose1_64 (docs/accuracy.md), ours and our plain PyTorch peer's. After each epoch both measure the test;
 * that is to know when to stop, and is taken off.
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Io } from "../../src/cli/io.js";
import {
  ConfigError,
  evaluate,
  GRU4Rec,
  resolveModelOptions,
  resolveTrainOptions,
  TRAIN_DEFAULTS,
  train,
} from "../../src/index.js";
import { PythonPeer, pythonHas, writeLog } from "../peers/python.js";
import { surroundings } from "./code.js";
import { checkLog, readLog } from "./files.js";
import type { LogName } from "./logs.js";
import { addLine, readLines } from "./ndjson.js";
import { partsOf, published } from "./options.js";
import type { Options, Run } from "./types.js";

/** Its name on the command line. */
export const MINUTES = "minutes";

const LOG: LogName = "yoochoose1_64";
export const TARGET = { recall: 0.6952, mrr: 0.3043 } as const;

export interface TimedRow {
  readonly label: string;
  readonly model: "gru4rec" | "pytorch";
  readonly options: Options;
}

/** A quarter of the negatives: nearly the figures of 2,048 on validation data, in less than half the time (bench/log.md). */
const FAST: Options = { negatives: 512 };

export const TIMED: readonly TimedRow[] = [
  { label: "GRU4Rec, the defaults with 512 negatives", model: "gru4rec", options: FAST },
  { label: "PyTorch, the defaults with 512 negatives", model: "pytorch", options: FAST },
  { label: "GRU4Rec, the defaults", model: "gru4rec", options: {} },
  { label: "GRU4Rec, published set rsc15", model: "gru4rec", options: published("rsc15") },
  { label: "PyTorch, published set rsc15", model: "pytorch", options: published("rsc15") },
];

/** How often each is timed, in turns: the machine is not always as fast. */
const ROUNDS = 3;

/** What an epoch came to. */
interface Epoch {
  readonly epoch: number;
  /** At 20. */
  readonly recall: number;
  readonly mrr: number;
  /** Seconds that measuring took. */
  readonly measuring: number;
}

/** A line of the file of times. */
export interface Time
  extends TimedRow,
    Epoch,
    Pick<Run, "code" | "commit" | "version" | "node" | "machine"> {
  /** From 1. */
  readonly round: number;
  /** From the start of the process to the end of the epoch, without measuring. */
  readonly seconds: number;
  /** Whether it became as good as that. */
  readonly isReached: boolean;
  readonly threads: number;
}

export const TIMES = "bench/experiments/times.ndjson";

export function readTimes(root: string): Promise<Time[]> {
  return readLines<Time>(join(root, TIMES), "a time", ["label", "options", "round", "seconds"]);
}

/** Of all rounds that are finished, the fastest first. */
export function timesOf(times: readonly Time[], { label, options }: TimedRow): readonly Time[] {
  const text = JSON.stringify(options);
  return times
    .filter((time) => time.label === label && JSON.stringify(time.options) === text)
    .sort((a, b) => a.seconds - b.seconds);
}

interface Asked {
  readonly only: string | undefined;
  readonly data: string;
  readonly threads: number | "auto";
  readonly again: boolean;
}

/**
 * @param program this one, for `--timed`
 * @throws ConfigError when a log or a row is not there
 */
export async function runMinutes(
  { only, data, threads, again }: Asked,
  root: string,
  program: string,
  io: Io,
): Promise<void> {
  checkLog(LOG, data);
  const count = threads === "auto" ? 2 : threads;
  const rows = TIMED.filter(({ label }) => only === undefined || label.includes(only));
  const rounds = Array.from({ length: ROUNDS }, (_, i) => i + 1);
  for (const [round, row] of rounds.flatMap((round) => rows.map((row) => [round, row] as const))) {
    const times = await readTimes(root);
    const isThis = (time: Time): boolean => time.round === round && timesOf([time], row).length > 0;
    if (!again && times.some(isThis)) continue;
    if (row.model === "pytorch" && !pythonHas(["torch", "numpy"])) {
      io.stderr.write(`minutes: skipped ${row.label}: apt-get install python3-torch\n`);
      continue;
    }
    const begin =
      row.model === "pytorch"
        ? await theirs(row, data, count)
        : () => ours(row, data, count, program);
    const found = await timed(begin, row, io);
    const by = surroundings(root);
    const time = { ...row, round, ...found, threads: count, ...by };
    await addLine(join(root, TIMES), times, time, isThis);
  }
}

/**
 * Plays epochs until one is as good, or there are no more.
 *
 * @param begin starts the process
 */
async function timed(
  begin: () => AsyncGenerator<Epoch, void, void>,
  { label, options }: TimedRow,
  io: Io,
): Promise<Epoch & Pick<Time, "seconds" | "isReached">> {
  const most = (options.epochs as number | undefined) ?? TRAIN_DEFAULTS.epochs;
  const started = performance.now();
  let measuring = 0;
  for await (const epoch of begin()) {
    io.signal.throwIfAborted();
    measuring += epoch.measuring;
    const seconds = Number(((performance.now() - started) / 1000 - measuring).toFixed(1));
    const { recall, mrr } = epoch;
    const figures = `recall@20 ${recall.toFixed(4)}  mrr@20 ${mrr.toFixed(4)}`;
    io.stdout.write(`${label}: epoch ${epoch.epoch}, ${seconds} s  ${figures}\n`);
    const isReached = recall >= TARGET.recall && mrr >= TARGET.mrr;
    if (isReached || epoch.epoch === most) return { ...epoch, measuring, seconds, isReached };
  }
  throw new ConfigError("minutes", `${most} epochs`, "fewer", "The process ended; see above.");
}

async function* ours(
  { options }: TimedRow,
  data: string,
  threads: number,
  program: string,
): AsyncGenerator<Epoch, void, void> {
  const told = JSON.stringify({ options, data, threads });
  const child = spawn(process.execPath, [program, "--timed", told], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
  } finally {
    // At once: an epoch that it began would slow down what is timed next.
    child.kill("SIGKILL");
  }
}

/** The peer gets the log as flat files, written before its process starts: reading costs it nothing. */
async function theirs(
  { options }: TimedRow,
  data: string,
  threads: number,
): Promise<() => AsyncGenerator<Epoch, void, void>> {
  const { train: log, test } = await readLog(LOG, data);
  const { model, training } = partsOf("gru4rec", options);
  const folders = {
    train: writeLog("yoochoose-train", log, log.items),
    test: writeLog("yoochoose-test", test, log.items),
  };
  const config = { ...resolveModelOptions(model), ...resolveTrainOptions(training), ...folders };
  return async function* () {
    const peer = new PythonPeer("bench/peers/pytorch.py", { ...config, slots: 512 });
    try {
      for (;;) yield await peer.ask<Epoch>({ do: "epoch", threads });
    } finally {
      peer.dispose();
    }
  };
}

/** The process of ours: a line of JSON after each epoch. */
export async function playTimed(text: string): Promise<void> {
  const { options, data, threads } = JSON.parse(text) as {
    readonly options: Options;
    readonly data: string;
    readonly threads: number;
  };
  const { train: log, test } = await readLog(LOG, data);
  const { model: own, training } = partsOf("gru4rec", options);
  const model = await GRU4Rec.create(log.items, own);
  for await (const { epoch } of train(model, log, { ...training, threads })) {
    const { recall, mrr, seconds } = await evaluate(model, test, { cutoffs: [20], threads });
    const found: Epoch = { epoch, recall: recall[20]!, mrr: mrr[20]!, measuring: seconds };
    process.stdout.write(`${JSON.stringify(found)}\n`);
  }
  model.dispose();
}
