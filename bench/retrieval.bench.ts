/**
 * The accuracy of the sequential retrieval tutorial, ours beside plain PyTorch's: the same examples,
 * split, batches and recipe; from the same initial weights, and from its own of the same kind. Each
 * seed draws initial weights; split and batches are always the same.
 */

import { evaluate, fit, TwoTowers } from "../src/index.js";
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

let told = false;
for (const set of SETS.filter((name) => chosen.includes(name))) {
  for (const split of ["random", "time"] as const) await compare(set, split);
}
if (!told) console.log("retrieval: skipped, no MovieLens in GRU4REC_DATA");

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
    const reports = await fit(model, train);
    const { recall } = await evaluate(model, test, { cutoffs: [1, 5, 10, 50, 100] });
    model.dispose();
    runs.ours.push({
      losses: reports.map(({ loss }) => loss),
      accuracy: CUTOFFS.map((cutoff) => recall[cutoff]!),
    });
    const command = { do: "run", seed, epochs: 3, threads: 1 };
    if (!peer) continue;
    runs.same.push(await peer.ask<Run>({ ...command, initial }));
    runs.own.push(await peer.ask<Run>(command));
  }
  peer?.dispose();
  tell(`${set}, ${how} split, ours`, runs.ours);
  tell(`${set}, ${how} split, PyTorch from our initial weights`, runs.same);
  tell(`${set}, ${how} split, PyTorch from its own`, runs.own);
}

/** Means over the seeds, losses of the epochs first; then their standard deviation. */
function tell(name: string, runs: readonly Run[]): void {
  if (runs.length === 0) return;
  const columns = runs.map(({ losses, accuracy }) => [...losses, ...accuracy]);
  const means = columns[0]!.map((_, i) => mean(columns.map((cells) => cells[i]!)));
  const deviations = means.map((centre, i) =>
    Math.sqrt(mean(columns.map((cells) => (cells[i]! - centre) ** 2)) * bessel(runs.length)),
  );
  told = true;
  if (flags.json) {
    console.log(JSON.stringify({ name, seeds: runs.length, means, deviations, runs }));
    return;
  }
  const line = (label: string, cells: readonly number[]): string =>
    `| ${label} | ${cells.map((x) => x.toFixed(4)).join(" | ")} |`;
  console.log(line(`${name}, ${runs.length} seeds`, means));
  if (runs.length > 1) console.log(line("standard deviation of a seed", deviations));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** From the mean square of n deviations to their variance. */
function bessel(n: number): number {
  return n / Math.max(1, n - 1);
}
