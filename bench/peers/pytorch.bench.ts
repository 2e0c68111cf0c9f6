/** Training and evaluation, ours against plain PyTorch on the same clicks and the same cores. */

import {
  GRU4Rec,
  resolveModelOptions,
  resolveTrainOptions,
  type Sessions,
} from "../../src/index.js";
import { evaluationBurst, trainingBurst } from "../bursts.js";
import { clicks } from "../data.js";
import { type Candidate, candidates, duel } from "../duel.js";
import { readFlags } from "../flags.js";
import { Report } from "../report.js";
import type { Shape } from "../shapes.js";
import { PythonPeer, pythonHas, writeLog } from "./python.js";

const flags = readFlags();
const report = new Report(flags);
/** Slots of the peer's evaluation: the fastest of 64, 128, 256 and 512. */
const SLOTS = 512;

const THREADS: readonly number[] = flags.threads === undefined ? [1, 2] : [flags.threads];

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
    const peers = pythonPeers(shape, folders);
    const model = await GRU4Rec.create(train.items, shape.model);
    try {
      await raceTraining(shape, model, train, peers);
      if (shape.name === "xe-100" || shape.name === "xe-512") await raceRanking(model, test, peers);
    } finally {
      for (const peer of peers) peer.dispose();
      model.dispose();
    }
  }
}

async function raceTraining(
  { name, train }: Shape,
  model: GRU4Rec,
  sessions: Sessions,
  peers: Peers,
): Promise<void> {
  const ours = candidates(THREADS, async (threads, seconds) => {
    const options = { ...train, threads, numerics: flags.numerics[0] };
    return rate(await trainingBurst(model, sessions, options, { warmup: 0.5, seconds }));
  });
  const theirs = await theirCandidates(peers, { do: "train" });
  report.peer(await duel({ config: name, peer: "pytorch", unit: "events/s", ours, theirs }, flags));
}

/** The plain form, as one writes it, and one that keeps its buffers and counts in 32 bits. */
async function raceRanking(model: GRU4Rec, sessions: Sessions, peers: Peers): Promise<void> {
  const ours = candidates(THREADS, async (threads, seconds) => {
    const options = { threads, numerics: flags.numerics[0] };
    return rate(await evaluationBurst(model, sessions, options, { warmup: 0.2, seconds }));
  });
  const config = `evaluate-${model.options.layers[0]}`;
  for (const form of ["plain", "tuned"]) {
    const theirs = await theirCandidates(peers, { do: "evaluate", form });
    const peer = form === "plain" ? "pytorch" : "pytorch-tuned";
    report.peer(await duel({ config, peer, unit: "events/s", ours, theirs }, flags));
  }
}

/** The same program twice: its idle threads spin, which is best alone, or sleep, which is best in company. */
type Peers = readonly [spinning: PythonPeer, sleeping: PythonPeer];

function pythonPeers({ model, train }: Shape, folders: object): Peers {
  const options = { ...resolveModelOptions(model), ...resolveTrainOptions(train) };
  const config = { ...options, ...folders, slots: SLOTS };
  const peer = (environment: Record<string, string>): PythonPeer =>
    new PythonPeer("bench/peers/pytorch.py", config, environment);
  return [peer({}), peer({ OMP_WAIT_POLICY: "passive" })];
}

async function theirCandidates([spinning, sleeping]: Peers, command: object): Promise<Candidate[]> {
  const run = (peer: PythonPeer) => (threads: number, seconds: number) =>
    ask(peer, { ...command, threads, seconds });
  for (const peer of [spinning, sleeping]) await run(peer)(1, 0.5); // warm
  return [...candidates([1, 2], run(spinning)), ...candidates([2], run(sleeping))];
}

async function ask(peer: PythonPeer, command: object): Promise<number> {
  return rate(await peer.ask<Played>(command));
}

function rate({ events, seconds }: Played): number {
  return events / seconds;
}
