/** Training and evaluation, ours against plain PyTorch on the same clicks and the same cores. */

import { GRU4Rec, MODEL_DEFAULTS, type Sessions, TRAIN_DEFAULTS } from "../../src/index.js";
import { evaluationBurst, trainingBurst } from "../bursts.js";
import { clicks } from "../data.js";
import { type Duel, duel, type Runner } from "../duel.js";
import { readFlags } from "../flags.js";
import { Report } from "../report.js";
import type { Shape } from "../shapes.js";
import { PythonPeer, pythonHas, writeLog } from "./python.js";

const flags = readFlags();
const report = new Report(flags);
/** Slots of the peer's evaluation: the fastest of 64, 128, 256 and 512. */
const SLOTS = 512;

interface Played {
  readonly events: number;
  readonly seconds: number;
}

if (!pythonHas(["torch", "numpy"])) {
  report.skipped("pytorch", "apt-get install python3-torch libopenblas0-openmp");
} else {
  const { source, train, test } = await clicks();
  const folders = {
    train: writeLog("train", train, train.items),
    test: writeLog("test", test, train.items),
  };
  report.title(`PyTorch, ${source}, ${train.items.size} items, sampling included`);
  for (const shape of flags.shapes) {
    const peer = pythonPeer(shape, folders);
    const model = await GRU4Rec.create(train.items, shape.model);
    try {
      await raceTraining(shape, model, train, peer);
      if (shape.name === "xe-100" || shape.name === "xe-512") await raceRanking(model, test, peer);
    } finally {
      peer.dispose();
      model.dispose();
    }
  }
}

async function raceTraining(
  { name, train }: Shape,
  model: GRU4Rec,
  sessions: Sessions,
  peer: PythonPeer,
): Promise<void> {
  const ours = async (threads: number, seconds: number): Promise<number> => {
    const options = { ...train, threads, numerics: flags.numerics[0] };
    return rate(await trainingBurst(model, sessions, options, { warmup: 0.5, seconds }));
  };
  const theirs = (threads: number, seconds: number): Promise<number> =>
    ask(peer, { do: "train", threads, seconds });
  await theirs(1, 1);
  const names = { config: name, peer: "pytorch", unit: "events/s" };
  report.peer(await duel({ ...names, ...sidesOf(ours, theirs) }, flags));
}

/** The plain form, as one writes it, and one that keeps its buffers and counts in 32 bits. */
async function raceRanking(model: GRU4Rec, sessions: Sessions, peer: PythonPeer): Promise<void> {
  const ours = async (threads: number, seconds: number): Promise<number> => {
    const options = { threads, numerics: flags.numerics[0] };
    return rate(await evaluationBurst(model, sessions, options, { warmup: 0.2, seconds }));
  };
  for (const form of ["plain", "tuned"]) {
    const theirs = (threads: number, seconds: number): Promise<number> =>
      ask(peer, { do: "evaluate", form, threads, seconds });
    await theirs(1, 0.5);
    const config = `evaluate-${model.options.layers[0]}`;
    const names = { config, peer: form === "plain" ? "pytorch" : "pytorch-tuned" };
    report.peer(await duel({ ...names, unit: "events/s", ...sidesOf(ours, theirs) }, flags));
  }
}

function sidesOf(ours: Runner, theirs: Runner): Pick<Duel, "ours" | "theirs"> {
  const threads = flags.threads === undefined ? [1, 2] : [flags.threads];
  return { ours: { run: ours, threads }, theirs: { run: theirs, threads: [1, 2] } };
}

function pythonPeer({ model, train }: Shape, folders: object): PythonPeer {
  const config = {
    ...MODEL_DEFAULTS,
    ...model,
    ...TRAIN_DEFAULTS,
    ...train,
    ...folders,
    slots: SLOTS,
  };
  return new PythonPeer("bench/peers/pytorch.py", config);
}

async function ask(peer: PythonPeer, command: object): Promise<number> {
  return rate(await peer.ask<Played>(command));
}

function rate({ events, seconds }: Played): number {
  return events / seconds;
}
