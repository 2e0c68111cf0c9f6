/**
 * The accuracy of the sequential retrieval tutorial, ours beside plain PyTorch's: the same examples,
 * split, batches and recipe; from the same initial weights, and from its own of the same kind.
 */

import { evaluateRetrieval, fitRetrieval, TwoTowers } from "../src/index.js";
import { readFlags } from "./flags.js";
import { movieLens, SETS, type SplitName, writeExamples, writeTowers } from "./movielens.js";
import { PythonPeer, pythonHas } from "./peers/python.js";

const flags = readFlags();
const CUTOFFS = [1, 5, 10, 50, 100];
const SEEDS = Array.from({ length: flags.rounds ?? 3 }, (_, i) => i + 1);
const chosen = (process.env.GRU4REC_SETS ?? SETS.join(",")).split(",");

interface Run {
  readonly losses: readonly number[];
  readonly accuracy: readonly number[];
}

const rows: string[][] = [];
for (const set of SETS.filter((name) => chosen.includes(name))) {
  for (const split of ["random", "time"] as const) await compare(set, split);
}
if (rows.length === 0) console.log("retrieval: skipped, no MovieLens in GRU4REC_DATA");

async function compare(set: (typeof SETS)[number], how: SplitName): Promise<void> {
  const split = await movieLens(set, how);
  if (!split) return;
  const { train, test } = split;
  const folders = {
    train: writeExamples(`${set}-${how}-train`, train),
    test: writeExamples(`${set}-${how}-test`, test),
  };
  const { size: items } = train.items;
  const recipe = { items, size: 32, window: 10, rate: 0.1, batch: 12_800, ...folders };
  const peer = pythonHas(["torch", "numpy"])
    ? new PythonPeer("bench/peers/two_towers.py", recipe)
    : undefined;
  const runs: { ours: Run[]; same: Run[]; own: Run[] } = { ours: [], same: [], own: [] };
  for (const seed of SEEDS) {
    const model = await TwoTowers.create(train.items, { seed });
    const initial = writeTowers(`${set}-initial`, model);
    const reports = await fitRetrieval(model, train);
    const { recall } = await evaluateRetrieval(model, test);
    model.dispose();
    runs.ours.push({
      losses: reports.map(({ loss }) => loss),
      accuracy: CUTOFFS.map((cutoff) => recall[cutoff]!),
    });
    const command = { do: "run", seed, epochs: 3, threads: 1 };
    if (!peer) continue;
    runs.same.push(await peer.ask<Run>({ ...command, initial }));
    // What other initial weights of the same kind change is told once.
    if (how === "random") runs.own.push(await peer.ask<Run>(command));
  }
  peer?.dispose();
  tell(`${set}, ${how} split, ours`, runs.ours);
  tell(`${set}, ${how} split, PyTorch from our initial weights`, runs.same);
  tell(`${set}, ${how} split, PyTorch from its own`, runs.own);
}

/** One line: means over the seeds, losses of the epochs first. */
function tell(name: string, runs: readonly Run[]): void {
  if (runs.length === 0) return;
  const mean = (of: (run: Run) => readonly number[]): number[] =>
    of(runs[0]!).map((_, i) => runs.reduce((sum, run) => sum + of(run)[i]!, 0) / runs.length);
  const losses = mean(({ losses }) => losses);
  const accuracy = mean(({ accuracy }) => accuracy);
  if (flags.json) console.log(JSON.stringify({ name, seeds: runs.length, losses, accuracy }));
  else {
    const cells = [...losses.map((x) => x.toFixed(4)), ...accuracy.map((x) => x.toFixed(4))];
    rows.push([name, ...cells]);
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
  if (flags.json) rows.push([name]);
}
